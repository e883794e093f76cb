#include "notify/inert_text.h"

#include <doctest/doctest.h>

namespace patrol::notify {

TEST_CASE("white space of any kind becomes one space, none at the ends") {
    CHECK(inert("  web\r\nBcc: x@y \t\v 1  ") == "web Bcc: x@y 1");
    CHECK(inert("a\xc2\xa0\xe2\x80\xa8\xe3\x80\x80"
                "b\xc2\x85") == "a b");
    CHECK(inert(" \n ") == "");
    CHECK(inert("") == "");
}

TEST_CASE("characters that turn or hide text, and bytes that are no UTF-8, are shown as U+FFFD") {
    for (const std::string_view bad :
         {"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xd8\x9c", "\x01", "\x7f",
          "\xc2\x9b", "\xf3\xa0\x81\x81", "\xe3\x85\xa4", "\xc2\xad", "\xff", "\xc0", "\xe2\x80",
          "\xed\xa0\x80", "\xef\xbf\xbf"}) {
        const auto text = inert("a" + std::string(bad) + "b");
        INFO(text);
        CHECK(text.starts_with("a\xef\xbf\xbd"));
        CHECK(text.ends_with("b"));
    }
    CHECK(inert("caf\xc3\xa9 \xf0\x9f\x98\x80") == "caf\xc3\xa9 \xf0\x9f\x98\x80");
}

TEST_CASE("a text is cut at a number of characters, never inside one") {
    const std::string accents = "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9";
    CHECK(inert(accents, 4) == accents);
    CHECK(inert(accents, 3) == "\xc3\xa9\xc3\xa9\xc3\xa9\xe2\x80\xa6");
    CHECK(inert("ab cd", 3) == "ab\xe2\x80\xa6");
    CHECK(inert(std::string(10'000, 'x')).size() == inert_chars_max + 3);
}

TEST_CASE("markup is written as entities") {
    CHECK(html_escape("<b a=\"1\" c='2'>&") == "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
    CHECK(slack_escape("<!channel> <https://x|y> &amp;") == "&lt;!channel&gt; &lt;https://x|y&gt; &amp;amp;");
}

}  // namespace patrol::notify
