#include "store/resources.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "store/inventory_fixture.h"
#include "store/inventory_key.h"
#include "store/search_terms.h"

using namespace patrol;
using namespace patrol::store;
using model::SliceStatus;

namespace {

std::string ids(const std::vector<model::Resource>& items) {
    std::string text;
    for (const auto& resource : items) text += (text.empty() ? "" : " ") + resource.native_id;
    return text;
}

struct Many {
    Scanned account;
    model::Snapshot snapshot;

    explicit Many(Store& store, int count = 60) : account(store) {
        Reading reading;
        const std::string regions[] = {"us-east-1", "eu-west-1"};
        for (int i = 0; i < count; ++i) {
            auto one =
                item("n-" + std::to_string(i), i % 3 == 0 ? "running" : "stopped",
                     {{"env", i % 2 == 0 ? "prod" : "dev"}, {"Team", "Team " + std::to_string(i % 5)}});
            one.region = regions[i % 2];
            one.name = i % 4 == 0 ? "" : "Server " + std::to_string(i % 7);
            one.terms = {"10.0.0." + std::to_string(i)};
            const auto& slice = i % 10 == 0 ? roles : i % 10 < 4 ? volumes : instances;
            reading[slice].items.push_back(std::move(one));
        }
        reading[{"AWS::Empty::Thing", "us-east-1"}] = {{}, SliceStatus::denied, "No."};
        snapshot = account.scan(reading);
        reading[volumes] = {{}, SliceStatus::denied, "No."};
        snapshot = account.scan(reading);
    }

    std::vector<std::string> page_through(const ResourceList& request, bool across) {
        std::vector<std::string> found;
        auto list = request;
        std::optional<std::int64_t> total;
        do {
            auto page =
                across ? need(account.store().resources().across(account.tenant(), {}, list))
                       : need(account.store().resources().in_snapshot(account.tenant(), snapshot.id, list));
            if (total) CHECK(page.total == *total);
            total = page.total;
            for (const auto& resource : page.items) found.push_back(resource.native_id);
            list.page.cursor = page.next_cursor.value_or("");
        } while (!list.page.cursor.empty());
        if (request.total == Total::count) CHECK(*total == static_cast<std::int64_t>(found.size()));
        return found;
    }
};

}  // namespace

TEST_CASE("ids are keys of resources, and only whole ones parse") {
    const auto key = resource_key(AccountId("acc_a"), instances, "i-1");
    const auto id = resource_id(bytes_of(key));
    CHECK(id.str().size() == 30);
    CHECK(parse_resource_id(id) == key);
    CHECK(parse_resource_id(ResourceId("res_aaaa")) == std::nullopt);
    auto other = id.str();
    other.back() = other.back() == '7' ? '6' : '7';
    CHECK(parse_resource_id(ResourceId(other)) != key);
    CHECK(resource_key(AccountId("acc_b"), instances, "i-1") != key);
    CHECK(resource_key(AccountId("acc_a"), volumes, "i-1") != key);
}

TEST_CASE("terms of a resource") {
    const model::Labels tags{{"Name", "Web One"}, {"Env", "Prod"}};
    const auto terms = search_terms({.native_id = "arn:aws:iam::1:role/path/Admin-Role",
                                     .arn = "arn:aws:iam::1:role/path/Admin-Role",
                                     .name = "Web One",
                                     .tags = &tags,
                                     .terms = "10.0.0.1\nhost.example.com"});
    CHECK(terms == std::vector<std::string>{"10.0.0.1", "admin-role", "env=prod", "host.example.com", "one",
                                            "web one"});
    CHECK(arn_tail("arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f:*") == "f");
    CHECK(arn_tail("vol-1") == "vol-1");
    for (const auto& each :
         {tags, model::Labels{{"a", "\"\\\n"}, {"b", "\xc3\xa4"}}, model::Labels{{"", ""}}})
        CHECK(tags_from_text(tags_to_text(each)) == each);
    CHECK(tags_from_text(R"({"b":"1", "a":"2"})") == model::Labels{{"a", "2"}, {"b", "1"}});
    for (const auto* damaged :
         {R"({"a":"1","a":"2"})", R"({"a":"1")", R"({"a":"1",})", R"({"a":1})", "{", "[]", "{}"})
        CHECK(tags_from_text(damaged).empty());
    CHECK(cut_text("a\xc3\xa4", 2) == "a");
}

TEST_CASE("filters on pages agree with filters in memory") {
    for_each_store([](Store& store) {
        Many many(store);
        std::vector<model::Resource> all;
        {
            ResourceList list{.page = {.limit = 500}, .documents = Documents::include};
            all = need(store.resources().in_snapshot(many.account.tenant(), many.snapshot.id, list)).items;
            CHECK(all.size() == 60);
        }
        struct Case {
            std::string filter;
            std::function<bool(const model::Resource&)> holds;
        };
        const std::vector<Case> cases{
            {"", [](auto&) { return true; }},
            {"type=AWS::EC2::Instance", [](auto& r) { return r.type == "AWS::EC2::Instance"; }},
            {"type=AWS::IAM::Role", [](auto& r) { return r.type == "AWS::IAM::Role"; }},
            {"type in (AWS::IAM::Role, AWS::EC2::Volume)",
             [](auto& r) { return r.type != "AWS::EC2::Instance"; }},
            {"category=Compute", [](auto& r) { return r.category == "Compute"; }},
            {"service=iam or region=eu-west-1",
             [](auto& r) { return r.type == "AWS::IAM::Role" || r.region == "eu-west-1"; }},
            {"region=us-east-1", [](auto& r) { return r.region == "us-east-1"; }},
            {"name=\"Server 3\"", [](auto& r) { return r.name == "Server 3"; }},
            {"name^server", [](auto& r) { return !r.name.empty(); }},
            {"name!=\"Server 3\"", [](auto& r) { return r.name != "Server 3"; }},
            {"native_id=n-7", [](auto& r) { return r.native_id == "n-7"; }},
            {"arn:thing/n-1", [](auto& r) { return r.arn.contains("thing/n-1"); }},
            {"arn=arn:aws:ec2:us-east-1:111122223333:thing/n-5",
             [](auto& r) { return r.native_id == "n-5"; }},
            {"tag.env=prod", [](auto& r) { return r.tags.at("env") == "prod"; }},
            {"tag.Team=\"Team 3\" and tag.env=dev",
             [](auto& r) { return r.tags.at("Team") == "Team 3" && r.tags.at("env") == "dev"; }},
            {"tag.none!=x", [](auto&) { return true; }},
            {"stale=true", [](auto& r) { return r.type == "AWS::EC2::Volume"; }},
            {"stale=false and tag.env=dev",
             [](auto& r) { return r.type != "AWS::EC2::Volume" && r.tags.at("env") == "dev"; }},
            {"account=one", [](auto&) { return true; }},
            {"account=nobody", [](auto&) { return false; }},
            {"customer=nobody", [](auto&) { return false; }},
            {"first_seen>2020-01-01", [](auto&) { return true; }},
            {"last_changed<2020-01-01", [](auto&) { return false; }},
            {"id=" + all[7].id.str(), [&](auto& r) { return r.id == all[7].id; }},
            {"id=res_nonsense", [](auto&) { return false; }},
            {"type=AWS::EC2::Instance and doc.State=running",
             [](auto& r) { return r.type == "AWS::EC2::Instance" && r.document.contains("running"); }},
            {"10.0.0.5", [](auto& r) { return r.native_id.starts_with("n-5"); }},
        };
        for (const auto& one : cases) {
            CAPTURE(one.filter);
            const auto filter = need(filter::parse(one.filter, resource_vocabulary()));
            std::vector<std::string> expected;
            for (const auto& resource : all)
                if (one.holds(resource)) expected.push_back(resource.native_id);
            CHECK(many.page_through({.page = {.limit = 4, .filter = &filter}}, false) == expected);
            CHECK(many.page_through({.page = {.limit = 9, .filter = &filter}}, true) == expected);
            CHECK(many.page_through({.page = {.limit = 4, .filter = &filter}, .total = Total::leave_out},
                                    false) == expected);
            std::ranges::sort(expected);
            for (const auto* sort : {"name", "-name", "type", "region", "-first_seen", "last_changed"}) {
                auto sorted =
                    many.page_through({.page = {.limit = 4, .filter = &filter, .sort = sort}}, false);
                std::ranges::sort(sorted);
                CHECK(sorted == expected);
            }
        }
    });
}

TEST_CASE("sorted pages are in order") {
    for_each_store([](Store& store) {
        Many many(store, 40);
        ResourceList list{.page = {.limit = 40, .sort = "-name"}};
        const auto page = need(store.resources().in_snapshot(many.account.tenant(), many.snapshot.id, list));
        CHECK(std::ranges::is_sorted(page.items, std::greater(), &model::Resource::name));
        CHECK(page.total == 40);
        CHECK_FALSE(page.next_cursor);
    });
}

TEST_CASE("bad lists are refused by name") {
    for_sqlite([](Store& store) {
        Many many(store, 5);
        auto ask = [&](ResourceList list) {
            const auto page = store.resources().in_snapshot(many.account.tenant(), many.snapshot.id, list);
            return page ? "success" : failure(page) + " " + page.error().field;
        };
        CHECK(ask({.page = {.sort = "hash;drop"}}) == "invalid sort");
        CHECK(ask({.page = {.sort = "-"}}) == "invalid sort");
        CHECK(ask({.page = {.limit = 0}}) == "invalid limit");
        CHECK(ask({.page = {.limit = 501}}) == "invalid limit");
        CHECK(ask({.page = {.cursor = "abc"}}) == "malformed/bad_cursor cursor");
        const auto odd = need(filter::parse("nonsense=1"));
        CHECK(ask({.page = {.filter = &odd}}) == "invalid q");
        const std::array fields{std::string_view("colour")};
        CHECK(failure(store.resources().facets(many.account.tenant(), many.snapshot.id, fields, {})) ==
              "invalid");
        const auto cursor = *need(store.resources().in_snapshot(many.account.tenant(), many.snapshot.id,
                                                                {.page = {.limit = 2}}))
                                 .next_cursor;
        CHECK(ask({.page = {.limit = 2, .cursor = cursor}}) == "success");
        CHECK(ask({.page = {.limit = 2, .cursor = cursor, .sort = "name"}}) == "malformed/bad_cursor cursor");
        CHECK(failure(store.resources().get(many.account.tenant(), ResourceId("res_x"))) == "not_found");
    });
}

TEST_CASE("facets count what the list shows") {
    for_each_store([](Store& store) {
        Many many(store);
        const std::array fields{std::string_view("category"), std::string_view("type"),
                                std::string_view("region"), std::string_view("service"),
                                std::string_view("account")};
        for (const auto* text :
             {"", "type=AWS::EC2::Instance", "tag.env=prod", "region=eu-west-1", "type=AWS::None"}) {
            CAPTURE(text);
            const auto filter = need(filter::parse(text));
            const auto facets =
                need(store.resources().facets(many.account.tenant(), many.snapshot.id, fields, filter));
            const auto total =
                static_cast<std::int64_t>(many.page_through({.page = {.filter = &filter}}, false).size());
            REQUIRE(facets.size() == 5);
            for (const auto& facet : facets) {
                std::int64_t sum = 0;
                for (const auto& value : facet.values) sum += value.count;
                CHECK_MESSAGE(sum == total, facet.field);
                CHECK(std::ranges::is_sorted(facet.values, std::greater(), &FacetValue::count));
            }
        }
    });
}

TEST_CASE("resources at a past time, over accounts") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first = account.scan({{instances, {{item("i-1"), item("i-2")}}}});
        const auto second = account.scan({{instances, {{item("i-2", "stopped")}}}});
        auto at = [&](Timestamp time) {
            return ids(need(store.resources().across(account.tenant(), time, {})).items);
        };
        CHECK(at(first.taken_at - Millis(1)).empty());
        CHECK(at(first.taken_at) == "i-1 i-2");
        CHECK(at(second.taken_at - Millis(1)) == "i-1 i-2");
        CHECK(at(second.taken_at) == "i-2");
        auto counted = [&](std::optional<Timestamp> time) {
            const std::array by{std::string_view("type")};
            const auto facets = need(store.resources().facets_across(account.tenant(), time, by, {}));
            return facets[0].values.empty() ? 0 : facets[0].values[0].count;
        };
        CHECK(counted(first.taken_at - Millis(1)) == 0);
        CHECK(counted(first.taken_at) == 2);
        CHECK(counted({}) == 1);
        const auto id = account.find("i-2").id;
        CHECK(need(store.resources().get(account.tenant(), id, first.taken_at)).document ==
              item("i-2").document);
        CHECK(need(store.resources().get(account.tenant(), id)).document == item("i-2", "stopped").document);
        CHECK(need(store.resources().get_in(account.tenant(), first.id, id)).document ==
              item("i-2").document);
    });
}

TEST_CASE("search finds current resources by what they are called") {
    for_each_store([](Store& store) {
        Scanned account(store);
        auto one = item("i-0abc", "running", {{"env", "prod"}});
        one.terms = {"10.1.2.3", "host.example.com"};
        auto two = item("i-0abcd", "running", {{"env", "dev"}});
        two.name = "Orders API main";
        account.scan({{instances, {{one, two}}}});
        auto search = [&](std::string_view text) {
            return ids(need(store.resources().search(account.tenant(), text, 10)));
        };
        CHECK(search("i-0abc") == "i-0abc i-0abcd");
        CHECK(search("i-0abcd") == "i-0abcd");
        CHECK(search("I-0AB") == "i-0abc i-0abcd");
        CHECK(search(one.arn) == "i-0abc i-0abcd");
        CHECK(search("arn:aws:ec2:us-east-1:111122223333:thing/i-0abcd") == "i-0abcd");
        CHECK(search("arn:aws:ec2:eu-west-1:111122223333:thing/i-0abcd").empty());
        CHECK(search("orders") == "i-0abcd");
        CHECK(search("api") == "i-0abcd");
        CHECK(search("orders api main") == "i-0abcd");
        CHECK(search("10.1.2.3") == "i-0abc");
        CHECK(search("10.1.") == "i-0abc");
        CHECK(search("host.example.com") == "i-0abc");
        CHECK(search("env=prod") == "i-0abc");
        CHECK(search("env=") == "i-0abcd i-0abc");
        CHECK(search("nothing").empty());
        CHECK(search("").empty());
        CHECK(search(std::string(9'000, 'x')).empty());
        // What it was called before is forgotten.
        auto renamed = two;
        renamed.name = "Billing";
        account.scan({{instances, {{one, renamed}}}});
        CHECK(search("orders").empty());
        CHECK(search("billing") == "i-0abcd");
        account.scan({{instances, {{one}}}});
        CHECK(search("billing").empty());
    });
}

TEST_CASE("what very many resources name is noted a bounded number of times (mentions_noted)") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto named = [](int count) {
            std::vector<model::ScannedResource> items;
            for (int i = 0; i < count; ++i) {
                auto instance = item(fmt::format("i-{:04}", i));
                instance.document = fmt::format(R"({{"Id":"i-{:04}","Vpc":"vpc-1"}})", i);
                instance.references = {"vpc-1"};
                items.push_back(std::move(instance));
            }
            return items;
        };
        const auto incoming = [&] {
            return need(store.resources().relations(account.tenant(), account.find("vpc-1").id));
        };
        account.scan({{instances, {named(3)}}, {roles, {{item("vpc-1")}}}});
        CHECK(incoming().incoming.size() == 3);
        CHECK_FALSE(incoming().more);
        account.scan({{instances, {named(mentions_noted + 50)}}, {roles, {{item("vpc-1")}}}});
        CHECK(account.count("SELECT COUNT(*) FROM mention") == mentions_noted + 3);
        CHECK(incoming().incoming.size() == max_relations);
        CHECK(incoming().more);
        // Those noted are gone: there may be more, which is said.
        auto rest = named(mentions_noted + 50);
        rest.erase(rest.begin(), rest.end() - 40);
        account.scan({{instances, {rest}}, {roles, {{item("vpc-1")}}}});
        CHECK(incoming().incoming.size() <= 40);
        CHECK(incoming().more);
    });
}

TEST_CASE("relations are the identifiers in the documents, both ways") {
    for_each_store([](Store& store) {
        Scanned account(store);
        auto role = item("arn:aws:iam::111122223333:role/app");
        role.arn = role.native_id;
        auto volume = item("vol-1");
        auto instance = item("i-1");
        instance.document =
            R"({"Id":"i-1","Disks":[{"VolumeId":"vol-1"}],"Role":"arn:aws:iam::111122223333:role/app",)"
            R"("Vpc":"vpc-unknown"})";
        instance.hash = std::string(32, 'h');
        instance.references = {"vol-1", "arn:aws:iam::111122223333:role/app", "vpc-unknown"};
        account.scan({{instances, {{instance}}}, {volumes, {{volume}}}, {roles, {{role}}}});
        auto relations = [&](const std::string& id) {
            return need(store.resources().relations(account.tenant(), account.find(id).id));
        };
        auto names = [](const std::vector<Relation>& list) {
            std::vector<std::string> found;
            for (const auto& relation : list) found.push_back(relation.resource.native_id);
            std::ranges::sort(found);
            return found;
        };
        const auto of_instance = relations("i-1");
        CHECK(names(of_instance.outgoing) == std::vector<std::string>{role.native_id, "vol-1"});
        CHECK(of_instance.incoming.empty());
        CHECK(names(relations("vol-1").incoming) == std::vector<std::string>{"i-1"});
        CHECK(names(relations("\"" + role.native_id + "\"").incoming) == std::vector<std::string>{"i-1"});
        // Detached: the mention is out of date.
        account.scan({{instances, {{item("i-1")}}}, {volumes, {{volume}}}, {roles, {{role}}}});
        CHECK(relations("vol-1").incoming.empty());
        CHECK(relations("i-1").outgoing.empty());
    });
}
