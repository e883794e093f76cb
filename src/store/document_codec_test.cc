#include "store/document_codec.h"

#include <doctest/doctest.h>

#include <random>

using namespace patrol;
using namespace patrol::store;

namespace {
const std::string instance_document =
    R"({"InstanceId":"i-0a1b2c3d4e5f60718","ImageId":"ami-00112233445566778","State":{"Code":16,"Name":"running"},)"
    R"("PrivateDnsName":"ip-10-0-3-17.ec2.internal","LaunchTime":"2026-03-01T10:20:30Z",)"
    R"("Monitoring":{"State":"disabled"},)"
    R"("SubnetId":"subnet-0123456789abcdef0","VpcId":"vpc-0123456789abcdef0","PrivateIpAddress":"10.0.3.17",)"
    R"("SecurityGroups":[{"GroupId":"sg-0123456789abcdef0","GroupName":"web"}],"SourceDestCheck":true,)"
    R"("Tags":[{"Key":"Name","Value":"web-1"},{"Key":"Environment","Value":"prod"}]})";
}

TEST_CASE("documents come back as they were") {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string text(random() % 3'000, ' ');
        for (auto& c : text) c = static_cast<char>(random() % (round % 2 == 0 ? 256 : 4));
        auto back = unpack_document(pack_document(text), builtin_dictionary);
        REQUIRE(back);
        CHECK(*back == text);
        CHECK(*unpack_bytes(pack_bytes(text), text.size()) == text);
    }
}

TEST_CASE("the dictionary knows how resources are written") {
    const auto packed = pack_document(instance_document);
    MESSAGE("an instance of ", instance_document.size(), " bytes: ", packed.size(), " with the dictionary, ",
            pack_bytes(instance_document).size(), " without");
    CHECK(packed.size() * 3 < instance_document.size());
}

TEST_CASE("damaged rows are errors, not crashes") {
    auto packed = pack_document(instance_document);
    CHECK(unpack_document(packed, 99).error().code == "corrupt");
    CHECK(unpack_document("", builtin_dictionary).error().code == "corrupt");
    CHECK(unpack_document("hello", builtin_dictionary).error().code == "corrupt");
    CHECK(unpack_document(packed.substr(0, packed.size() / 2), builtin_dictionary).error().code == "corrupt");
    CHECK(unpack_bytes(pack_bytes(std::string(1'000, 'a')), 999).error().code == "corrupt");
    std::mt19937 random(11);
    for (int round = 0; round < 500; ++round) {
        auto broken = packed;
        broken[random() % broken.size()] ^= static_cast<char>(1 + random() % 255);
        (void)unpack_document(broken, builtin_dictionary);
    }
}
