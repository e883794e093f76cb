// Text from a customer's cloud, made harmless before somebody reads it in a mail or a chat: one line, no
// control characters, no characters that turn or hide text (bidi controls, zero width, tags), bounded.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patrol::notify {

inline constexpr std::size_t inert_chars_max = 500;

// White space of any kind becomes one space; a character that turns or hides text, and a byte that is no
// UTF-8, becomes U+FFFD. Longer texts end with an ellipsis.
std::string inert(std::string_view text, std::size_t max_chars = inert_chars_max);

// For inert text: & < > " ' as entities.
std::string html_escape(std::string_view text);
// For inert text in a Slack `plain_text` object: & < > as entities, the whole of Slack's control syntax.
std::string slack_escape(std::string_view text);

}  // namespace patrol::notify
