// A message as an e-mail: RFC 5322 with a plain and an HTML part (multipart/alternative, both base64).
// Every header is made here from values without line breaks; a subject that is not ASCII is written as
// encoded words (RFC 2047). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "notify/message.h"

namespace patrol::notify {

struct Envelope {
    std::string from;
    std::vector<std::string> to;
    std::string host;  // for the Message-ID
    Timestamp now;
};

std::string mail_text(const Message& message, const Envelope& envelope);

std::string plain_part(const Message& message);
std::string html_part(const Message& message);
// The value of a Subject header: no line of it is longer than 76 characters.
std::string encoded_subject(std::string_view subject);
// "Sun, 22 Nov 2026 09:00:00 +0000"
std::string mail_date(Timestamp time);

}  // namespace patrol::notify
