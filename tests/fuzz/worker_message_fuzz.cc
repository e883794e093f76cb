// What a worker process says to the server, which may be in the hands of whom its parsers met: whatever the
// bytes, a message or none; what was read is written again as it came.
#include "property.h"
#include "worker/fields.h"
#include "worker/inspect.h"

using namespace patrol;
using namespace patrol::worker;

namespace {

template <class T>
void read_as(std::string_view body) {
    const auto message = decode<T>(body);
    if (!message) return;
    const auto again = encode(*message);
    const auto twice = decode<T>(again.body());
    PROPERTY(twice.has_value());
    PROPERTY(encode(*twice).body() == again.body());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = fuzz::text_of(data, size);
    switch (fuzz::take_choice(text, 7)) {
        case 0: {
            read_as<Page>(text);
            if (const auto page = decode<Page>(text))
                for (const auto& each : page->resources) static_cast<void>(inspect(each));
            break;
        }
        case 1:
            read_as<model::SliceCoverage>(text);
            break;
        case 2:
            read_as<inventory::Progress>(text);
            break;
        case 3:
            read_as<inventory::ApiCall>(text);
            break;
        case 4:
            read_as<Reply<inventory::RunOutcome>>(text);
            break;
        case 5:
            read_as<DialRequest>(text);
            break;
        default:
            PROPERTY(!is_document(text) || text.find('{') != std::string_view::npos);
            break;
    }
    return 0;
}
