// The operator's log: one line per event on stderr, text or JSON. Values pass a redactor that
// blanks anything shaped like a credential, so that a slip elsewhere does not become a leak.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace patrol::log {

enum class Level { debug, info, warn, error };
enum class Format { text, json };

struct Field {
    std::string_view key;
    std::string value;
};
using Fields = std::initializer_list<Field>;

void configure(Level lowest, Format format);
void write(Level level, std::string_view message, Fields fields = {});

inline void debug(std::string_view message, Fields fields = {}) { write(Level::debug, message, fields); }
inline void info(std::string_view message, Fields fields = {}) { write(Level::info, message, fields); }
inline void warn(std::string_view message, Fields fields = {}) { write(Level::warn, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { write(Level::error, message, fields); }

// AKIA/ASIA keys, Patrol's own tokens (pct_, pat_ …), Bearer and Authorization values, PEM blocks, JWTs, URL
// passwords.
std::string redact_credentials(std::string_view text);

}  // namespace patrol::log
