// Answers of a cloud in each of its protocols, XML and JSON: a document or an error, never anything else. The
// first byte chooses the service, the second the status.
#include "cloud/aws/errors.h"
#include "cloud/aws/protocol.h"
#include "cloud/aws/test_services.h"
#include "property.h"

using namespace patrol;

namespace {

const std::vector<model::Service>& services() {
    static const std::vector<model::Service> all{aws::test::ec2(), aws::test::query(),
                                                 aws::test::json_service(), aws::test::rest_json(),
                                                 aws::test::s3()};
    return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = fuzz::text_of(data, size);
    const auto& service = services()[fuzz::take_choice(text, 5)];
    const int status = fuzz::take_choice(text, 4) == 3 ? 503 : 200;
    for (const auto& [name, operation] : service.operations) {
        const auto decoded = aws::decode(
            service, operation,
            {.status = status, .headers = {{"Content-Type", "text/xml"}}, .body = std::string(text)});
        PROPERTY(!decoded || decoded->is_object());
    }
    return 0;
}
