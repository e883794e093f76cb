#include "cloudsim/scenario.h"

#include <doctest/doctest.h>

#include <set>

#include "cloudsim/cloud_simulator.h"

using namespace patrol;
using namespace patrol::cloudsim;

namespace {
const catalogue::Catalogue& all_types() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return *loaded;
}

// Checks a document against its shape: every member is one of the shape's, every value of its kind.
class ShapeCheck {
public:
    explicit ShapeCheck(const model::Service& service) : service_(service) {}

    void any(const model::Shape& shape, const json::value& value, const std::string& where) {
        using model::ShapeKind;
        switch (shape.kind) {
            case ShapeKind::structure:
                return members(shape, value, where);
            case ShapeKind::list:
                if (!expect(value.is_array(), where + " is no list")) return;
                for (const auto& item : value.get_array())
                    any(service_.shape(shape.element), item, where + "[]");
                return;
            case ShapeKind::map:
                if (!expect(value.is_object(), where + " is no map")) return;
                for (const auto& entry : value.get_object())
                    any(service_.shape(shape.element), entry.value(), where + "." + std::string(entry.key()));
                return;
            case ShapeKind::string:
                return void(expect(value.is_string(), where + " is no text"));
            case ShapeKind::boolean:
                return void(expect(value.is_bool(), where + " is no boolean"));
            case ShapeKind::integer:
                return void(expect(value.is_int64(), where + " is no integer"));
            case ShapeKind::number:
                return void(expect(value.is_number(), where + " is no number"));
            case ShapeKind::timestamp:
                expect(value.is_string() && parse_rfc3339(std::string_view(value.get_string())),
                       where + " is no time");
                return;
            default:
                return;
        }
    }

    // The shape that a path ends at; nullptr where it leads nowhere.
    const model::Shape* at(const model::Operation& operation, const catalogue::Path& path) const {
        if (operation.output == model::no_shape) return nullptr;
        const auto* shape = &service_.shape(operation.output);
        for (const auto& step : path.steps()) {
            if (step.kind != catalogue::Step::Kind::member) {
                shape = shape->element == model::no_shape ? nullptr : &service_.shape(shape->element);
            } else {
                const auto* member = shape->member(step.name);
                shape = member == nullptr ? nullptr : &service_.shape(member->shape);
            }
            if (shape == nullptr) return nullptr;
        }
        return shape;
    }

    std::vector<std::string> problems;

private:
    bool expect(bool holds, std::string problem) {
        if (!holds) problems.push_back(std::move(problem));
        return holds;
    }
    void members(const model::Shape& shape, const json::value& value, const std::string& where) {
        if (!expect(value.is_object(), where + " is no structure")) return;
        for (const auto& entry : value.get_object()) {
            auto name = where + "." + std::string(entry.key());
            const auto* member = shape.member(std::string_view(entry.key()));
            if (expect(member != nullptr, name + " is no member of " + shape.name))
                any(service_.shape(member->shape), entry.value(), name);
        }
    }

    const model::Service& service_;
};

std::vector<std::string> problems_of(const Item& item) {
    const auto& type = *all_types().type(item.type);
    const auto& service = *all_types().api().service(type.service);
    ShapeCheck check(service);
    auto document = item.document;
    for (const auto& child : type.children) {
        const auto* value = find(item.document, child.key);
        if (value == nullptr) continue;
        if (const auto* shape = check.at(*service.operation(child.call.operation), child.call.result))
            check.any(*shape, *value, item.type + "." + child.key);
        document.get_object().erase(child.key);
    }
    const auto& call = type.detail ? *type.detail : type.list;
    if (const auto* shape = check.at(*service.operation(call.operation), call.result))
        check.any(*shape, document, item.type);
    const auto* in_list = check.at(*service.operation(type.list.operation), type.list.result);
    if (in_list != nullptr && !item.listed.is_null())
        check.any(*in_list, item.listed, item.type + " as listed");
    return std::move(check.problems);
}

}  // namespace

TEST_CASE("every member of every document of the demo is one that the API has, of the right kind") {
    auto world = load_scenario(demo_scenario(), all_types());
    REQUIRE(world);
    std::set<std::string> problems;
    for (const auto& [id, account] : world->accounts)
        for (const auto& [name, items] : account.items)
            for (const auto& item : items)
                for (auto& each : problems_of(item)) problems.insert(std::move(each));
    for (const auto& step : world->steps)
        for (const auto& change : step.changes)
            if (change.kind == Change::Kind::add)
                for (auto& each : problems_of(change.item)) problems.insert(std::move(each));
    for (const auto& each : problems) MESSAGE(each);
    CHECK(problems.empty());
}

TEST_CASE("after every step the demo's documents still fit the API") {
    auto world = load_scenario(demo_scenario(), all_types());
    REQUIRE(world);
    std::vector<std::string> names;
    for (const auto& step : world->steps) names.push_back(step.name);
    for (const auto& name : names) {
        CAPTURE(name);
        REQUIRE(play_step(*world, name, all_types(), Timestamp{1}));
        for (const auto& [type, items] : world->accounts.at("210987654321").items)
            for (const auto& item : items) CHECK(problems_of(item).empty());
    }
}

TEST_CASE("roles of a scenario can be assumed; a resource without its parent is refused") {
    auto world =
        load_scenario(R"(accounts: [{id: '111122223333', regions: [us-east-1], roles: [{name: Auditor,
        policies: ['arn:aws:iam::aws:policy/SecurityAudit'], tags: {a: b}, trust: {Statement: []}}]}])",
                      all_types());
    REQUIRE(world);
    const auto& role = world->accounts.at("111122223333").roles.at("auditor");
    CHECK(role.name == "Auditor");
    CHECK(role.attached.size() == 1);
    CHECK(role.tags.at("a") == "b");
    auto orphan = load_scenario(R"(accounts: [{id: '111122223333', regions: [us-east-1], resources: [
        {type: AWS::Events::Rule, region: us-east-1, parent: none, document: {Name: a, Arn: b}}]}])",
                                all_types());
    REQUIRE_FALSE(orphan);
    CHECK(orphan.error().field == "resources.parent");
}

TEST_CASE("the demo has at least 60 resource types over three regions, each with an id") {
    auto world = load_scenario(demo_scenario(), all_types());
    if (!world) MESSAGE(describe(world.error()));
    REQUIRE(world);
    std::set<std::string> types;
    std::set<std::string> regions;
    for (const auto& [type, items] : world->accounts.at("210987654321").items)
        for (const auto& item : items) {
            types.insert(item.type);
            if (item.region != "global") regions.insert(item.region);
        }
    CHECK(types.size() >= 60);
    CHECK(regions.size() == 3);
}

TEST_CASE("steps change, add and remove") {
    auto loaded = load_scenario(demo_scenario(), all_types());
    REQUIRE(loaded);
    auto& world = *loaded;
    auto before = world.accounts.at("210987654321").resources();
    REQUIRE(play_step(world, "open-database", all_types(), Timestamp{1}));
    CHECK(world.accounts.at("210987654321").resources() == before);  // one added, one removed
    CHECK(play_step(world, "nothing", all_types(), Timestamp{1}).error().kind == Error::Kind::not_found);
    // What is gone cannot be removed again.
    CHECK_FALSE(play_step(world, "open-database", all_types(), Timestamp{1}));
}

TEST_CASE("a scenario that names an unknown type or a resource without id is refused") {
    auto with = [](std::string_view resource) {
        return load_scenario(
            fmt::format("accounts: [{{id: '111122223333', regions: [us-east-1], resources: [{}]}}]",
                        resource),
            all_types());
    };
    CHECK(with("{type: AWS::EC2::VPC, region: us-east-1, document: {VpcId: vpc-1}}"));
    CHECK_FALSE(with("{type: AWS::EC2::Vpc, region: us-east-1, document: {VpcId: vpc-1}}"));
    CHECK_FALSE(with("{type: AWS::EC2::VPC, region: us-east-1, document: {Vpc: vpc-1}}"));
    CHECK_FALSE(load_scenario("accounts: [", all_types()));
}
