// Text of a customer's cloud in mails and chats: one line of valid UTF-8, bounded, without markup.
#include "base/encoding.h"
#include "notify/inert_text.h"
#include "property.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = notify::inert(fuzz::text_of(data, size));
    PROPERTY(is_utf8(text) && text.size() <= 4 * (notify::inert_chars_max + 1));
    for (const char c : text) PROPERTY(static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
    PROPERTY(notify::inert(text) == text);
    const std::string html = notify::html_escape(text);
    PROPERTY(html.find_first_of("<>\"'") == std::string::npos);
    const std::string slack = notify::slack_escape(text);
    PROPERTY(slack.find_first_of("<>") == std::string::npos);
    return 0;
}
