#include "catalogue/severity_reader.h"

#include <doctest/doctest.h>

#include "catalogue/folder.h"

using namespace patrol;
using namespace patrol::catalogue;

namespace {

const Catalogue& types() {
    static const auto out = Catalogue::load_embedded().value();
    return out;
}

// The lines that a file is refused with; empty: it is taken.
std::string refusal(std::string_view text) {
    const SourceFile file{.name = "test.yaml", .text = std::string(text)};
    const auto read = types().with_severity(std::span(&file, 1));
    return read ? std::string() : read.error().detail;
}

std::string rule(std::string_view fields) {
    return "rules:\n  a:\n    types: AWS::KMS::Key\n    path: KeyState\n    severity: high\n    title: T\n" +
           std::string(fields);
}

}  // namespace

TEST_CASE("a mistake in a severity rule is named with its file and line") {
    CHECK(refusal(rule("")).empty());
    CHECK(refusal(rule("    nonsense: 1\n")) == "test.yaml:7: The field \"nonsense\" is unknown.\n");
    CHECK(refusal(rule("    change: sideways\n")) == "test.yaml:7: \"sideways\" is no kind of change.\n");
    CHECK(refusal(rule("    becomes: below x\n")) == "test.yaml:7: \"below x\" is no test of a value.\n");
    CHECK(refusal(rule("    ports: http\n")) == "test.yaml:7: \"http\" is no port.\n");
    CHECK(refusal(rule("    on: moved\n")) == "test.yaml:7: \"moved\" must be added, removed or modified.\n");
    CHECK(refusal(rule("    where: {Nowhere: x}\n")) ==
          "test.yaml:2: a: there is no \"Nowhere\" in AWS::KMS::Key.\n");
    CHECK(refusal("rules:\n  a: {types: AWS::KMS::Kex, path: KeyState, severity: high, title: T}\n") ==
          "test.yaml:2: a: there is no type AWS::KMS::Kex.\n");
    CHECK(refusal("rules:\n  a: {types: AWS::KMS::Key, path: KeyStat, severity: high, title: T}\n") ==
          "test.yaml:2: a: there is no \"KeyStat\" in AWS::KMS::Key.\n");
    CHECK(
        refusal("rules:\n  a: {types: AWS::KMS::Key, path: KeyState, severity: bad, title: \"{Nope}\"}\n") ==
        "test.yaml:2: The severity must be info, low, medium, high or critical.\n"
        "test.yaml:2: a: there is no \"Nope\" in AWS::KMS::Key.\n");
    CHECK(refusal("rules:\n  a: {severity: high}\n") ==
          "test.yaml:2: The rule lacks its types.\ntest.yaml:2: The rule lacks its path.\n"
          "test.yaml:2: The rule lacks its title.\n");
    CHECK(refusal("rulez: {}\n") == "test.yaml:1: The field \"rulez\" is unknown.\n");
    CHECK(refusal("- a\n") == "test.yaml:1: The file must be a map.\n");
    CHECK(refusal("a: [\n").starts_with("test.yaml:"));
}

TEST_CASE("a mistake in a noise class is named too") {
    const auto noise = [](std::string_view fields) { return "noise:\n  a: {" + std::string(fields) + "}\n"; };
    CHECK(refusal(noise("types: AWS::KMS::Key, path: KeyState, title: T")).empty());
    CHECK(refusal(noise("types: AWS::KMS::Key, title: T")) ==
          "test.yaml:2: A class hides paths, tags or objects: exactly one of them.\n");
    CHECK(refusal(noise("path: KeyState, title: T")) == "test.yaml:2: a: the class lacks its types.\n");
    CHECK(refusal(noise("types: AWS::KMS::Key, owner: AWS::No::Type x, title: T")) ==
          "test.yaml:2: a: there is no type AWS::No::Type.\n");
    CHECK(refusal(noise("types: AWS::KMS::Key, owner: \"AWS::KMS::Key {Nope}\", title: T")) ==
          "test.yaml:2: a: there is no \"Nope\" in AWS::KMS::Key.\n");
    CHECK(refusal(noise("types: AWS::KMS::Key, path: KeyState, within: KeyId, title: T")) ==
          "test.yaml:2: This must name two paths: the least and the greatest.\n");
}

TEST_CASE("defaults are read and checked") {
    CHECK(refusal("defaults:\n  categories: {iam: low low}\n") ==
          "test.yaml:2: This must be three severities: added, removed, modified.\n");
    CHECK(refusal("defaults:\n  environments: {moon: 1}\n") ==
          "test.yaml:2: There is no environment moon.\n");
    CHECK(refusal("defaults:\n  labels: {a=b: 9}\n") == "test.yaml:2: This must be a number of -4 to 4.\n");
}

TEST_CASE("predicates") {
    CHECK(predicate_from("absent")->kind == Predicate::Kind::absent);
    CHECK(predicate_from("above 5")->number == 5);
    CHECK(predicate_from("one_of a b")->words == std::vector<std::string>{"a", "b"});
    CHECK(predicate_from("some text")->words == std::vector<std::string>{"some text"});
    CHECK_FALSE(predicate_from(""));
    CHECK_FALSE(predicate_from("below 1 2"));
}

TEST_CASE("the packed rules are those of the folder, and no part of the revision") {
    const auto folder = read_folder("catalogue/aws", "catalogue/aws").value();
    const auto fresh = load_folder(folder).value();
    CHECK(fresh.severity().rules.size() == types().severity().rules.size());
    CHECK(fresh.severity().noise.size() == types().severity().noise.size());
    CHECK(fresh.severity().rules.size() >= 120);
    CHECK(fresh.severity_revision() == types().severity_revision());
    CHECK(fresh.severity_revision() != fresh.with_severity({}).value().severity_revision());
    CHECK(fresh.revision() == types().revision());
    CHECK(fresh.with_severity({}).value().revision() == types().revision());
    CHECK(types().severity().defaults.by_category.size() >= 30);
}
