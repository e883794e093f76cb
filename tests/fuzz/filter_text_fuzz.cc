// The filter language: what parses is written again as a text that parses to the same.
#include "base/limits.h"
#include "filter/filter.h"
#include "property.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = filter::parse(fuzz::text_of(data, size));
    if (!parsed) {
        PROPERTY(parsed.error().field == "q");
        return 0;
    }
    const std::string text = filter::to_text(*parsed);
    const auto again = filter::parse(text);
    // The written form may be longer than what a request may carry.
    if (!again) PROPERTY(text.size() > limits::filter_text_bytes);
    if (again) PROPERTY(again->root == parsed->root);
    return 0;
}
