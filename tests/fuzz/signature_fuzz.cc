// The canonical request of Signature Version 4 over any path, query and headers: signing never fails, its
// parts stay in their lines, and the same request has the same signature. Lines: method, path, query,
// one header's name, its value; the rest is the body.
#include <algorithm>

#include "cloud/aws/sigv4.h"
#include "property.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const aws::Credentials credentials{.access_key_id = "AKIAEXAMPLEEXAMPLE00",
                                              .secret_access_key = crypto::Secret("example"),
                                              .session_token = crypto::Secret("token"),
                                              .expires = {}};
    static aws::SigningKeys keys;
    std::string_view text = fuzz::text_of(data, size);
    const std::string path = "/" + std::string(fuzz::take_line(text));
    const std::string query(fuzz::take_line(text));
    const std::string name = "x-" + std::string(fuzz::take_line(text));
    const std::string value(fuzz::take_line(text));
    const aws::SigningScope scope{
        .region = "eu-central-1", .service = "ec2", .time = Timestamp{1'790'000'000'000}};
    for (const std::string_view service : {"ec2", "s3"}) {
        const auto options = aws::SigningOptions::for_service(service);
        const aws::UnsignedRequest request{.method = "GET",
                                           .path = path,
                                           .query = query,
                                           .headers = {{"host", "ec2.example.com"}, {name, value}},
                                           .body = text};
        const auto first = aws::sign_headers(request, credentials, scope, options, keys);
        const auto second = aws::sign_headers(request, credentials, scope, options, keys);
        PROPERTY(first.signature == second.signature && first.signature.size() == 64);
        PROPERTY(std::ranges::count(first.string_to_sign, '\n') == 3);
        PROPERTY(first.canonical_request.starts_with("GET\n/"));
        const auto in_query =
            aws::sign_query(request, credentials, scope, options, std::chrono::seconds(60), keys);
        PROPERTY(in_query.query.find("X-Amz-Signature=") != std::string::npos);
    }
    return 0;
}
