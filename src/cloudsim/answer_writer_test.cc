#include "cloudsim/answer_writer.h"

#include <doctest/doctest.h>

#include "catalogue/catalogue.h"
#include "cloud/aws/errors.h"
#include "cloud/aws/protocol.h"
#include "cloudsim/refusal.h"
#include "cloudsim/sample_document.h"

using namespace patrol;
using namespace patrol::cloudsim;

namespace {

const model::ApiModel& api() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return loaded->api();
}

net::HttpResponse as_client_sees(net::ServerResponse answer) {
    return {.status = answer.status,
            .headers = std::move(answer.headers),
            .body = std::get<std::string>(answer.body)};
}

// Documents without a member set have no wire form to come back from; and a lone payload text is it.
std::string difference(const model::Service& service, const model::Operation& operation, std::uint64_t seed) {
    auto wanted = test::SampleDocument(service, seed).of(operation.output);
    if (!wanted.is_object()) wanted = json::object{};
    auto read =
        aws::decode(service, operation, as_client_sees(write_answer(service, operation, wanted, "r-1")));
    auto name = service.id + "." + operation.name;
    if (!read) return name + ": " + describe(read.error());
    return *read == wanted
               ? ""
               : fmt::format("{}:\n  wrote {}\n  read  {}", name, to_text(wanted), to_text(*read));
}

}  // namespace

TEST_CASE("what is written for any operation of the catalogue is read back as the same document") {
    std::size_t operations = 0;
    std::vector<std::string> differences;
    test::each_operation(api(), [&](const auto& service, const auto& operation) {
        ++operations;
        for (std::uint64_t seed = 0; seed < 3; ++seed)
            if (auto each = difference(service, operation, seed); !each.empty()) {
                differences.push_back(each.substr(0, 1'500));
                break;
            }
    });
    CHECK(operations > 700);
    for (const auto& each : differences) MESSAGE(each);
    CHECK(differences.empty());
}

TEST_CASE("an empty list is an answer, not the absence of one") {
    const auto& ec2 = *api().service("ec2");
    const auto& operation = *ec2.operation("DescribeVpcs");
    auto read =
        aws::decode(ec2, operation,
                    as_client_sees(write_answer(ec2, operation, json::object{{"Vpcs", json::array{}}}, "r")));
    REQUIRE(read);
    CHECK(*read == json::value(json::object{{"Vpcs", json::array{}}}));
}

TEST_CASE("members that the shapes do not know are left out") {
    const auto& kms = *api().service("kms");
    const auto& operation = *kms.operation("ListKeys");
    json::value output{{"Keys", json::array{json::object{{"KeyId", "k"}, {"Invented", 1}}}}, {"Other", 2}};
    auto read = aws::decode(kms, operation, as_client_sees(write_answer(kms, operation, output, "r")));
    REQUIRE(read);
    CHECK(*read == parse_json(R"({"Keys":[{"KeyId":"k"}]})").value());
}

TEST_CASE("a fault of any service is read back with its code and message") {
    for (const auto& [id, service] : api().services) {
        CAPTURE(id);
        auto error = aws::read_error(
            service, as_client_sees(write_fault(service, {403, "SomeCode", "a <b> & c"}, "r-1")));
        CHECK(error.from_aws);
        CHECK(error.code == "SomeCode");
        CHECK(error.message == "a <b> & c");
        CHECK(error.status == 403);
    }
}

TEST_CASE("a refusal says what it is in every service's words") {
    using aws::ErrorClass;
    for (const auto& [id, service] : api().services) {
        CAPTURE(id);
        auto class_of = [&](Refusal why) {
            auto response = write_fault(service, refusal(service, why, "x"), "r");
            return aws::classify(id, aws::read_error(service, as_client_sees(std::move(response))));
        };
        CHECK(class_of(Refusal::denied) == ErrorClass::denied);
        CHECK(class_of(Refusal::bad_signature) == ErrorClass::bad_credentials);
        CHECK(class_of(Refusal::unknown_key) == ErrorClass::bad_credentials);
        // EC2 has one word for a request signed too long ago and for a session that has ended.
        auto expired = id == "ec2" ? ErrorClass::clock_skew : ErrorClass::expired_credentials;
        CHECK(class_of(Refusal::expired_session) == expired);
    }
}
