// Bodies of real clouds before and after real calls: what is noise gives nothing, what is real gives exactly
// its paths.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "catalogue/document_rules.h"
#include "document/canonical.h"
#include "drift/diff.h"

using namespace patrol;

namespace {

using Paths = std::vector<std::string>;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path shared() {
    const char* given = std::getenv("PATROL_SHARED_DATA");
    return given == nullptr ? "../shared/data" : given;
}

Paths paths_of(const json::value& pair, const catalogue::DocumentRules& documents) {
    const auto rules = document::Rules::compile(documents.type(string_or(pair, "type")), documents.members);
    const auto canonical = [&](std::string_view side) {
        return parse_json(document::canonical_text(*find(pair, side), rules), {.depth = 200}).value();
    };
    const auto before = canonical("before");
    const auto after = canonical("after");
    const auto changes = drift::diff(before, after, rules);
    CHECK(drift::apply(changes, before, rules) == after);
    CHECK(drift::diff(after, after, rules).empty());
    Paths out;
    for (const auto& change : changes)
        out.push_back((!change.before ? "+" : !change.after ? "-" : "~") + change.path);
    return out;
}

// What is in brackets names an element of the recorded account: only that there is one is compared.
std::string without_keys(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        if (path[0] != '[') {
            out.push_back(path[0]);
            path.remove_prefix(1);
            continue;
        }
        auto end = path.find(']');
        while (end + 1 < path.size() && path[end + 1] != '.' && path[end + 1] != '[')
            end = path.find(']', end + 1);
        out += "[]";
        path.remove_prefix(end + 1);
    }
    return out;
}

std::map<std::string, Paths> expectations(std::string_view text) {
    std::map<std::string, Paths> out;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        std::istringstream words(line.substr(line.find(": ") + 2));
        auto& paths = out[line.substr(0, line.find(": "))];
        for (std::string word; words >> word;) paths.push_back(word);
    }
    return out;
}

// A pair that is not expected to give anything is noise.
void check_pairs(const std::string& cloud, std::string_view expected_text, std::size_t count,
                 std::size_t noise) {
    const auto folder = shared() / cloud / "drift_pairs";
    if (!std::filesystem::exists(folder)) {
        MESSAGE("skipped: there are no recorded pairs of " << cloud);
        return;
    }
    const auto expected = expectations(expected_text);
    const std::string rules_file = "catalogue/" + cloud + "/documents.yaml";
    const auto documents = catalogue::document_rules({.name = rules_file, .text = text_of(rules_file)});
    REQUIRE_MESSAGE(documents, documents.error().detail);
    std::size_t seen = 0, silent = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        const auto pair = parse_json(text_of(entry.path()), {.depth = 200});
        REQUIRE_MESSAGE(pair, entry.path().string());
        const auto stem = entry.path().stem().string();
        const auto at = expected.find(stem);
        auto wanted = at == expected.end() ? Paths() : at->second;
        Paths found;
        std::string text;
        for (const auto& path : paths_of(*pair, *documents)) {
            found.push_back(without_keys(path));
            text += "\n    " + path;
        }
        std::ranges::sort(found);
        std::ranges::sort(wanted);
        CHECK_MESSAGE(found == wanted, stem << text);
        ++seen;
        if (found.empty()) ++silent;
    }
    CHECK(seen == count);
    CHECK(silent == noise);
    MESSAGE(cloud << ": " << seen << " pairs, " << silent << " of them silent");
}

}  // namespace

TEST_CASE("recorded pairs of Azure") {
    check_pairs("azure", R"(
backuplongtermretentionpolicies-LongTermBackupRetentionPolicyActionTest.test_update_monthly_retention_policy-1: ~properties.monthlyRetention
backuplongtermretentionpolicies-LongTermBackupRetentionPolicyActionTest.test_update_weekly_retention_policy-15: ~properties.weeklyRetention
backuplongtermretentionpolicies-LongTermBackupRetentionPolicyActionTest.test_update_yearly_retention_policy-16: ~properties.weekOfYear ~properties.yearlyRetention
backupshorttermretentionpolicies-ShortTermBackupRetentionPolicyActionTest.test_update_short_term_backup_retent: ~properties.retentionDays
databaseaccounts-CosmosDBThroughputActionsTest.test_restore_throughput_state_updates_throughput_from_tag-2: +tags.test-restore-throughput
databaseaccounts-CosmosDBThroughputActionsTest.test_restore_throughput_state_updates_throughput_from_tag-3: +tags.test-restore-throughput
networksecuritygroups-NetworkSecurityGroupTest.test_open_ports-17: +properties.securityRules[] +properties.securityRules[] +properties.securityRules[] +properties.securityRules[]
storageaccounts-StorageTest.test_storage_settings_require_secure_transfer_min_tls_version-21: ~properties.minimumTlsVersion
storageaccounts-StorageTestFirewallActions.test_bypass_network_rules_action-22: ~properties.networkAcls.bypass ~properties.networkAcls.defaultAction
storageaccounts-StorageTestFirewallActions.test_empty_bypass_network_rules_action-23: ~properties.networkAcls.defaultAction
storageaccounts-StorageTestFirewallActions.test_network_ip_rules_action-24: ~properties.networkAcls.bypass ~properties.networkAcls.defaultAction +properties.networkAcls.ipRules[] +properties.networkAcls.ipRules[]
storageaccounts-StorageTestFirewallActions.test_network_ip_rules_action-25: ~properties.networkAcls.bypass ~properties.networkAcls.defaultAction -properties.networkAcls.ipRules[] -properties.networkAcls.ipRules[]
storageaccounts-StorageTestFirewallActions.test_virtual_network_rules_action-26: ~properties.networkAcls.bypass ~properties.networkAcls.defaultAction +properties.networkAcls.virtualNetworkRules[] +properties.networkAcls.virtualNetworkRules[]
storageaccounts-StorageTestFirewallActions.test_virtual_network_rules_action-27: +tags.GenericArm
storageaccounts-StorageTestFirewallActions.test_virtual_network_rules_action-28: ~properties.networkAcls.bypass ~properties.networkAcls.defaultAction -properties.networkAcls.virtualNetworkRules[] -properties.networkAcls.virtualNetworkRules[]
tags-FunctionalActionsTagsTest.test_autotag_user_and_date-5: +properties.tags.cctest_date
tags-SubscriptionTaggingTest.test_subscription_tag_trim-29: -properties.tags.cctest_tag -properties.tags.cctest_trim1 -properties.tags.cctest_trim2 -properties.tags.cctest_trim3
vaults-KeyVaultTest.test_update_access_policy-13: +properties.accessPolicies[]
virtualmachines-FunctionalActionsTagsTest.test_autotag_user_and_date-6: +tags.cctest_date +tags.cctest_email
virtualmachines-FunctionalActionsTagsTest.test_mark_for_op-7: +tags.cctest_mark
virtualmachines-FunctionalActionsTagsTest.test_tag-8: +tags.cctest_tag
virtualmachines-FunctionalActionsTagsTest.test_trim-11: -tags.cctest_trim
virtualmachines-FunctionalActionsTagsTest.test_untag-12: -tags.cctest_untag
)",
                31, 8);
}

TEST_CASE("recorded pairs of Google Cloud") {
    check_pairs("gcp", R"(
api-key-delete-0: -keys[]
bq-dataset-label-1: ~labels.env
bq-dataset-update-2: -access[]
bq-table-label-3: ~labels.env
bucket-iam-policy-matched-chained-4: -bindings[] -bindings[].members[] -bindings[].members[]
bucket-iam-policy-matched-exact-role-5: -bindings[].members[]
bucket-iam-policy-matched-glob-admin-6: -bindings[] -bindings[].members[]
bucket-set-iam-policy-7: -bindings[].members[] -bindings[].members[]
bucket-set-iam-policy-add-bindings-9: +bindings[].members[]
bucket-set-iam-policy-wildcard-10: -bindings[]
compute-project-remove-common-instance-metadata-11: -commonInstanceMetadata.items[]
compute-project-set-common-instance-metadata-12: ~commonInstanceMetadata.items[].value
dm-deployment-delete-13: +deployments[].update
dns-managed-zone-delete-14: -managedZones[]
function-label-15: ~labels.env
image-remove-label-16: -items[].labels.test_label
image-set-label-17: +items[].labels
instance-pause-resume-19: ~status
lb-backend-buckets-delete-20: -items[] -items[]
lb-ssl-policy-delete-21: -items[] -items[]
mu-perodic-update-schedule-22: ~schedule ~timeZone
spanner-database-instance-delete-23: -databases[] -databases[]
spanner-instance-delete-24: -instances[]
spanner-instance-patch-25: ~instances[].nodeCount
sql-backup-run-delete-26: -items[]
sqlinstance-enable-deletion-27: ~items[].settings.deletionProtectionEnabled
sqlinstance-enable-deletion-28: ~settings.deletionProtectionEnabled
sqlinstance-terminate-29: -items[] +items[] +items[]
sqlinstance-terminate-30: -items[]
vertexai-batch-prediction-job-stop-and-delete-31: ~batchPredictionJobs[].state
vertexai-batch-prediction-job-stop-and-delete-32: ~batchPredictionJobs[].state +batchPredictionJobs[].endTime +batchPredictionJobs[].error
vertexai-batch-prediction-job-stop-and-delete-33: -batchPredictionJobs
vertexai-endpoint-delete-34: -endpoints
vertexai-model-multi-location-37: +done +response
vertexai_custom_job_cancel_and_delete-38: ~customJobs[].state +customJobs[].endTime +customJobs[].error
vertexai_hp_tuning_job_cancel_and_delete-39: ~hyperparameterTuningJobs[].state +hyperparameterTuningJobs[].endTime +hyperparameterTuningJobs[].error
)",
                39, 3);
}

TEST_CASE("document rules name what is wrong in them") {
    const auto refusal = [](std::string text) {
        const auto read = catalogue::document_rules({.name = "x.yaml", .text = std::move(text)});
        return read ? std::string() : read.error().detail + read.error().message;
    };
    CHECK(refusal("members: {volatile: etag}\n").empty());
    CHECK(refusal("other: 1\n").starts_with("x.yaml:1: The field \"other\" is unknown."));
    CHECK(refusal("members: {odd: etag}\n").starts_with("x.yaml:1: The field \"odd\" is unknown."));
    CHECK(refusal("types:\n  a:\n    sets: \"A[\"\n").starts_with("x.yaml:3: "));
}
