// The catalogue of everything Patrol can read: resource types (catalogue/<cloud>/*.yaml), the API
// table they are checked against, and the facts that follow from them. Loaded once at start from the
// packed form that the build embeds, then immutable: share it by const reference or shared_ptr.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalogue/resource_type.h"
#include "catalogue/severity_rule.h"
#include "model/api_model.h"

namespace patrol::catalogue {

// A catalogue file's name (for messages) and text.
struct SourceFile {
    std::string name;  // "catalogue/aws/ec2.yaml"
    std::string text;
};

// Whether a service answers in a region, as far as the endpoint table knows. The table lags:
// `unknown` (a region or service it does not list) is worth a try.
enum class Availability { available, absent, unknown };

struct Partition {
    std::string id;                    // "aws", "aws-cn", "aws-us-gov", "aws-eusc"
    std::string dns_suffix;            // "amazonaws.com"
    std::string region_prefixes;       // "us|eu|ap": the first words of its region names
    std::string default_region;        // where its global services are signed: "us-east-1"
    std::vector<std::string> regions;  // known regions, sorted, without the pseudo region
    std::vector<std::string> listed;   // regions that the availability table speaks of, sorted
};

// The two generated files of the API table.
struct ApiText {
    std::string shapes;     // catalogue/aws/shapes.json
    std::string endpoints;  // catalogue/aws/endpoints.json
};

class Catalogue {
public:
    // The catalogue the program was built with. Fails only on a broken build.
    static Result<Catalogue> load_embedded();
    // This catalogue with the severity and noise rules of `files`, checked against its types and paths.
    [[nodiscard]] Result<Catalogue> with_severity(std::span<const SourceFile> files) const;
    // From text, checked against `api`: every problem is one line "file:line: …" in Error::detail.
    static Result<Catalogue> from_yaml(std::span<const SourceFile> files, model::ApiModel api,
                                       std::vector<Partition> partitions);
    // From the packed form, which was checked when it was made.
    static Result<Catalogue> from_packed(std::string_view bytes);
    // This catalogue plus the *.yaml files of `folder` (/etc/patrol/catalogue.d), checked in the same
    // way; a type with a known name replaces it. A missing folder adds nothing.
    [[nodiscard]] Result<Catalogue> with_directory(const std::filesystem::path& folder) const;
    [[nodiscard]] Result<Catalogue> with_files(std::span<const SourceFile> files) const;

    [[nodiscard]] const std::vector<ResourceType>& types() const { return types_; }  // by name
    [[nodiscard]] const ResourceType* type(std::string_view name) const;
    [[nodiscard]] std::vector<const ResourceType*> types_of(std::string_view service) const;
    [[nodiscard]] std::vector<const ResourceType*> tier(int level) const;
    [[nodiscard]] std::vector<const ResourceType*> children_of(std::string_view parent_type) const;
    [[nodiscard]] const MemberRules& member_rules() const { return member_rules_; }
    // Not part of the revision: a rule changes how a change is seen, not what a document is.
    [[nodiscard]] const SeverityBook& severity() const { return *severity_; }
    [[nodiscard]] std::shared_ptr<const SeverityBook> shared_severity() const { return severity_; }
    // Changes with any of these rules ("s-" + 16 hex digits).
    [[nodiscard]] const std::string& severity_revision() const { return severity_revision_; }
    [[nodiscard]] const model::ApiModel& api() const { return *api_; }
    // Changes with any rule of any type: goes into every stored version ("c-" + 16 hex digits).
    [[nodiscard]] const std::string& revision() const { return revision_; }

    // Every "service.Operation" that the types call, sorted: the signer's allow-list.
    [[nodiscard]] std::vector<std::string> read_actions() const;
    // Every IAM action that the types need, sorted.
    [[nodiscard]] std::vector<std::string> iam_actions() const;

    [[nodiscard]] const std::vector<Partition>& partitions() const { return partitions_; }
    // By the region's name ("cn-north-1" → aws-cn); nullptr for a name that fits none.
    [[nodiscard]] const Partition* partition_of(std::string_view region) const;
    [[nodiscard]] const Partition* partition(std::string_view id) const;
    [[nodiscard]] Availability availability(std::string_view service, std::string_view region) const;

    // The packed form of this catalogue; `api` is the API table as its two generated files.
    [[nodiscard]] Result<std::string> packed(const ApiText& api) const;

private:
    Catalogue() = default;
    Result<void> add(std::span<const SourceFile> files);
    Result<void> read_packed_severity(const json::value& written);
    void index();

    struct Written;  // a type as it is written: for packing and the revision
    std::vector<ResourceType> types_;
    std::vector<std::shared_ptr<const Written>> written_;  // same order as types_
    std::map<std::string, std::size_t, std::less<>> by_name_;
    MemberRules member_rules_;
    std::string rules_text_;  // as written, JSON
    std::shared_ptr<const SeverityBook> severity_ = std::make_shared<const SeverityBook>();
    std::string severity_text_;  // as written, JSON: [[file, tree] …]
    std::string severity_revision_;
    std::shared_ptr<const model::ApiModel> api_;
    std::vector<Partition> partitions_;
    std::string revision_;
};

}  // namespace patrol::catalogue
