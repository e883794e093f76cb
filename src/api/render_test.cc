#include "api/render.h"

#include <doctest/doctest.h>

#include "api/page.h"

using namespace patrol;
using namespace patrol::api;

namespace {

model::Resource resource() {
    model::Resource one;
    one.id = ResourceId("res_aaaaaaaaaaaaaaaaaaaaaaaaaa");
    one.account = AccountId("acc_aaaaaaaaaaaaaaaaaaaaaaaaaa");
    one.type = "aws.ec2.instance";
    one.scope = "eu-west-1";
    one.native_id = "i-1";
    one.name = "a \"name\" with \\, \n, \x01 and \xc3\xa9";
    one.region = "eu-west-1";
    one.category = "compute";
    one.first_seen = Timestamp{1'700'000'000'123};
    return one;
}

std::string text_of(const model::Resource& resource) {
    std::string out;
    append_resource(out, resource);
    return out;
}

}  // namespace

TEST_CASE("a resource as text is the resource as a value") {
    auto one = resource();
    CHECK(text_of(one) == to_text(render_resource(one)));
    one.tags = {{"Name", "x"}, {"owner\t", "\"me\""}};
    one.arn = "arn:aws:ec2:eu-west-1:123456789012:instance/i-1";
    one.last_changed = Timestamp{1'700'000'000'000};
    CHECK(text_of(one) == to_text(render_resource(one)));
    one.stale_since = Timestamp{1};
    one.removed_at = Timestamp{253'402'300'799'999};
    CHECK(text_of(one) == to_text(render_resource(one)));
    one.document = R"({"a":[1,2.5,{"b":null}]})";
    CHECK(text_of(one) == to_text(render_resource(one)));
    one.document = "not JSON";
    CHECK(text_of(one) == to_text(render_resource(one)));
}

TEST_CASE("a list as text is the list as a value") {
    store::Page<model::Resource> page;
    const auto same = [&] {
        CHECK(list_text(page, resource_text_bytes, append_resource) ==
              to_text(list_of(page, render_resource)));
    };
    same();
    page.items = {resource(), resource()};
    page.total = 7;
    same();
    page.next_cursor = "abc";
    same();
}
