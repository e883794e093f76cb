#include "base/log.h"

#include <algorithm>
#include <array>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.h"
#include "base/time.h"

namespace patrol::log {
namespace {

struct Mark {
    std::string_view start;
    std::size_t min_chars;  // of the secret after the start, so that prose is left alone
};
// A credential begins with one of these and runs to the first character a token never holds.
constexpr std::array marks{
    Mark{"AKIA", 12},   Mark{"ASIA", 12}, Mark{"pct_", 10},       Mark{"pat_", 10},      Mark{"pst_", 10},
    Mark{"pss_", 10},   Mark{"pht_", 10}, Mark{"pit_", 10},       Mark{"prt_", 10},      Mark{"pce_", 10},
    Mark{"Bearer ", 8}, Mark{"eyJ", 20},  Mark{"Signature=", 16}, Mark{"-----BEGIN ", 1}};

bool is_token_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '+' || c == '/' || c == '=' || c == '~';
}

std::size_t secret_length(std::string_view text, const Mark& mark) {
    if (mark.start.starts_with("-----")) return text.size();
    std::size_t length = 0;
    while (length < text.size() && is_token_char(text[length])) ++length;
    return length;
}

// https://user:password@host -> https://***@host
void redact_userinfo(std::string& text) {
    for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
        auto end = text.find_first_of("/ ?#\"'", at + 3);
        auto host = text.substr(at + 3, end == std::string::npos ? end : end - at - 3);
        auto sign = host.rfind('@');
        if (sign != std::string::npos) text.replace(at + 3, sign, "***");
    }
}

spdlog::logger& sink() {
    static auto logger = [] {
        auto made =
            std::make_shared<spdlog::logger>("patrol", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *logger;
}

Format& format() {
    static Format value = Format::text;
    return value;
}

spdlog::level::level_enum to_spdlog(Level level) {
    constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                spdlog::level::err};
    return levels[static_cast<std::size_t>(level)];
}

// Control characters would let a hostile name forge log lines.
std::string one_line(std::string_view text) {
    std::string out = redact_credentials(text);
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return out;
}

}  // namespace

std::string redact_credentials(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        auto rest = text.substr(i);
        auto mark = std::ranges::find_if(marks, [&](const Mark& m) { return rest.starts_with(m.start); });
        if (mark == marks.end()) {
            out.push_back(text[i++]);
            continue;
        }
        auto length = secret_length(rest.substr(mark->start.size()), *mark);
        out += mark->start;
        i += mark->start.size();
        if (length < mark->min_chars) continue;
        out += "***";
        i += length;
    }
    redact_userinfo(out);
    return out;
}

void configure(Level lowest, Format chosen) {
    sink().set_level(to_spdlog(lowest));
    format() = chosen;
}

void write(Level level, std::string_view message, Fields fields) {
    if (!sink().should_log(to_spdlog(level))) return;
    constexpr std::array names{"debug", "info", "warn", "error"};
    auto name = names[static_cast<std::size_t>(level)];
    auto time = to_rfc3339(SystemClock{}.now());
    std::string line;
    if (format() == Format::json) {
        json::object object{{"time", time}, {"level", name}, {"message", one_line(message)}};
        for (const auto& field : fields) object[field.key] = one_line(field.value);
        line = json::serialize(object);
    } else {
        line = time + " " + name + " " + one_line(message);
        for (const auto& field : fields) line += " " + std::string(field.key) + "=" + one_line(field.value);
    }
    sink().log(to_spdlog(level), line);
}

}  // namespace patrol::log
