// Which event made which change.
#include <algorithm>
#include <array>

#include "inventory/aws/attribution.h"

namespace patrol::inventory {
namespace {

using model::ChangeOp;

// First words of the operations that make and that remove a resource; every write may modify one.
constexpr std::array<std::string_view, 16> makers{
    "Create", "Run",  "Allocate", "Register", "Import",  "Put",    "Request",   "Launch",
    "Start",  "Copy", "Restore",  "Upload",   "Publish", "Enable", "Provision", "Add"};
constexpr std::array<std::string_view, 10> removers{"Delete", "Terminate", "Release", "Deregister",
                                                    "Remove", "Cancel",    "Revoke",  "Disable",
                                                    "Detach", "Schedule"};
// Making or removing a resource's tags or policy is a change of the resource.
constexpr std::array<std::string_view, 4> parts_of_resources{"Tags", "Tagging", "Policy", "Attribute"};

bool starts_with_any(std::string_view text, auto words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return text.starts_with(word); });
}

bool is_of_kind(ChangeOp op, std::string_view event_name) {
    if (op == ChangeOp::modified) return true;
    if (std::ranges::any_of(parts_of_resources, [&](auto part) { return event_name.ends_with(part); }))
        return false;
    return starts_with_any(event_name, op == ChangeOp::added ? std::span<const std::string_view>(makers)
                                                             : std::span<const std::string_view>(removers));
}

// "ec2.amazonaws.com" is the service that signs as "ec2".
bool is_of_service(const AuditQuestion& question, const AuditEvent& event,
                   const catalogue::Catalogue& catalogue) {
    const auto* type = catalogue.type(question.type);
    const auto* service = type == nullptr ? nullptr : catalogue.api().service(type->service);
    if (service == nullptr) return false;
    const auto& signing = service->endpoint.signing_name;
    const auto first = event.source.substr(0, event.source.find('.'));
    return first == (signing.empty() ? service->id : signing) || first == service->id;
}

bool names(const std::set<std::string, std::less<>>& texts, std::string_view text) {
    return !text.empty() && texts.contains(text);
}

}  // namespace

AuditFit fit(const AuditQuestion& question, const AuditEvent& event, const catalogue::Catalogue& catalogue) {
    if (event.refused || !is_of_kind(question.op, event.name)) return AuditFit::none;
    const bool service = is_of_service(question, event, catalogue);
    if (names(event.names, question.arn)) return AuditFit::certain;
    if (names(event.names, question.native_id)) return service ? AuditFit::certain : AuditFit::likely;
    // A name alone means something only among the resources of its own service.
    if (!service) return AuditFit::none;
    const bool part = names(event.name_parts, question.native_id) || names(event.names, question.name) ||
                      names(event.name_parts, question.name);
    return part ? AuditFit::likely : AuditFit::none;
}

}  // namespace patrol::inventory
