#include "inventory/aws/read_checks.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "inventory/aws/arguments.h"
#include "inventory/aws/listing.h"
#include "inventory/aws/outcome.h"

namespace patrol::inventory {
namespace {

using catalogue::Category;
using catalogue::ResourceType;
using model::Check;
using model::CheckStatus;

struct Probe {
    const ResourceType* type = nullptr;
    std::optional<aws::CallError> error;  // none: it answered
    bool asked = false;
};

bool asks_nothing(const ResourceType& type) {
    return type.parent.empty() && type.granted != catalogue::Granted::none;
}

// Answers that say the service may be read, though there is nothing to read.
bool is_an_answer(aws::ErrorClass error_class) {
    using enum aws::ErrorClass;
    return error_class == not_enabled || error_class == service_absent || error_class == region_disabled ||
           error_class == gone;
}

void ask(const CheckContext& context, const Identity& identity, Probe& probe) {
    const auto& call = probe.type->list;
    std::string scope;
    if (const auto* each = call.each(); each != nullptr && !each->value.each.empty())
        scope = each->value.each.front().value;
    auto arguments = arguments_of(call, {.account = identity.account_id, .scope = scope});
    PageWalk(call).write(arguments.input);
    json::value input(std::move(arguments.input));
    const auto* home = context.catalogue.partition_of(probe.type->home_region);
    bool elsewhere = home != nullptr && home->id == identity.partition;
    const auto& region = elsewhere ? probe.type->home_region : context.region;
    auto result = context.customer->call({.service = probe.type->service,
                                          .operation = call.operation,
                                          .region = region,
                                          .input = &input,
                                          .stop = context.stop,
                                          .deadline = context.deadline,
                                          .attempt_time = std::chrono::seconds(10)});
    probe.asked = true;
    if (!result) probe.error = std::move(result).error();
}

void ask_all(const CheckContext& context, const Identity& identity, std::vector<Probe>& probes) {
    std::atomic<std::size_t> next{0};
    auto work = [&] {
        for (auto i = next++; i < probes.size(); i = next++) {
            if (context.stop.stop_requested() || context.clock.steady() >= context.deadline) return;
            ask(context, identity, probes[i]);
        }
    };
    std::vector<std::jthread> threads;
    threads.reserve(reads_at_once);
    for (int i = 0; i < reads_at_once; ++i) threads.emplace_back(work);
}

struct Group {
    std::vector<std::string> answered, denied, failed;
    std::size_t not_asked = 0;
    std::string first_failure;
};

void sort_in(Group& group, const Probe& probe) {
    const auto& service = probe.type->service;
    if (!probe.asked) {
        ++group.not_asked;
    } else if (!probe.error || is_an_answer(probe.error->error_class)) {
        group.answered.push_back(service);
    } else if (is_denial(probe.error->error_class)) {
        group.denied.push_back(missing_action(*probe.error, probe.type->list));
    } else {
        group.failed.push_back(service);
        if (group.first_failure.empty()) group.first_failure = probe.error->error.message;
    }
}

Check check_of(Category category, const Group& group) {
    Check out{.id = fmt::format("read_{}", catalogue::to_string(category)),
              .title = fmt::format("Reading {}", catalogue::to_string(category)),
              .status = CheckStatus::pass,
              .detail = {},
              .hint = {}};
    std::vector<std::string> parts;
    if (!group.answered.empty()) parts.push_back(fmt::format("Read: {}.", fmt::join(group.answered, ", ")));
    if (!group.denied.empty()) {
        parts.push_back(fmt::format("Denied: {}.", fmt::join(group.denied, ", ")));
        out.hint =
            "Attach SecurityAudit and ViewOnlyAccess to the role, or look for a policy that denies this.";
    }
    if (!group.failed.empty()) {
        parts.push_back(
            fmt::format("No answer: {} ({})", fmt::join(group.failed, ", "), group.first_failure));
        if (out.hint.empty()) out.hint = "Test the connection again; a scan reads what answers.";
    }
    if (group.not_asked > 0)
        parts.push_back(fmt::format("{} services were not asked in time.", group.not_asked));
    out.detail = fmt::format("{}", fmt::join(parts, " "));
    bool nothing = group.answered.empty();
    if (nothing && group.denied.empty() && group.failed.empty())
        out.status = CheckStatus::skipped;
    else if (nothing && !group.denied.empty())
        out.status = CheckStatus::fail;
    else if (!group.denied.empty() || !group.failed.empty() || group.not_asked > 0)
        out.status = CheckStatus::warn;
    return out;
}

}  // namespace

std::vector<const ResourceType*> read_probes(const catalogue::Catalogue& catalogue) {
    std::map<std::string_view, const ResourceType*> by_service;
    for (const auto* type : catalogue.tier(1))
        if (asks_nothing(*type)) by_service.emplace(type->service, type);
    std::vector<const ResourceType*> out;
    out.reserve(by_service.size());
    for (const auto& [service, type] : by_service) out.push_back(type);
    return out;
}

std::vector<Check> run_read_checks(const CheckContext& context, const Identity& identity) {
    std::vector<Probe> probes;
    for (const auto* type : read_probes(context.catalogue)) probes.push_back({.type = type, .error = {}});
    ask_all(context, identity, probes);
    std::map<Category, Group> groups;
    for (const auto& probe : probes) sort_in(groups[probe.type->category], probe);
    std::vector<Check> out;
    out.reserve(groups.size());
    for (const auto& [category, group] : groups) out.push_back(check_of(category, group));
    return out;
}

}  // namespace patrol::inventory
