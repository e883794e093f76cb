#include "inventory/aws/outcome.h"

#include <cctype>

#include <fmt/core.h>

namespace patrol::inventory {
namespace {

using aws::ErrorClass;
using model::SliceStatus;

constexpr std::string_view update_role =
    "Run `patrol connect aws` again in that account, or attach SecurityAudit and ViewOnlyAccess to the role.";
constexpr std::string_view extended =
    "Neither SecurityAudit nor ViewOnlyAccess grants this. `patrol connect aws --extended` adds it.";

std::string sentence(const aws::CallError& error) {
    const auto& text = error.error.message;
    return text.empty() ? std::string("AWS gave no reason.") : text;
}

Verdict denied(const aws::CallError& error, const catalogue::ResourceType& type,
               const catalogue::Call& call) {
    auto action = missing_action(error, call);
    if (error.error_class == ErrorClass::denied_by_policy)
        return {SliceStatus::denied, fmt::format("A policy of the customer explicitly denies {}.", action),
                action,
                "A service control policy, resource policy or permission boundary says no: ask its owner."};
    if (type.granted == catalogue::Granted::none)
        return {SliceStatus::not_granted, fmt::format("The role does not grant {}.", action), action,
                std::string(extended)};
    return {SliceStatus::denied, fmt::format("Access was denied: {} is missing.", action), action,
            std::string(update_role)};
}

}  // namespace

bool is_denial(ErrorClass error_class) {
    return error_class == ErrorClass::denied || error_class == ErrorClass::denied_by_policy;
}

std::string missing_action(const aws::CallError& error, const catalogue::Call& call) {
    constexpr std::string_view mark = "not authorized to perform: ";
    const auto& text = error.error.message + " " + error.error.detail;
    auto at = text.find(mark);
    if (at != std::string::npos) {
        auto begin = at + mark.size();
        auto end = begin;
        auto is_part = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || c == ':' || c == '-';
        };
        while (end < text.size() && is_part(text[end])) ++end;
        auto action = text.substr(begin, end - begin);
        if (action.find(':') != std::string::npos) return action;
    }
    return call.iam_actions.empty() ? call.operation : call.iam_actions.front();
}

Verdict verdict_of(const aws::CallError& error, const catalogue::ResourceType& type,
                   const catalogue::Call& call) {
    switch (error.error_class) {
        case ErrorClass::denied:
        case ErrorClass::denied_by_policy:
            return denied(error, type, call);
        case ErrorClass::throttled:
            return {SliceStatus::throttled,
                    fmt::format("AWS kept slowing {} down; Patrol gave up after {} attempts.", call.operation,
                                limits::throttle_attempts),
                    {},
                    "The next scan tries again. Other tools may be using up the account's request rate."};
        case ErrorClass::not_enabled:
            return {SliceStatus::not_enabled,
                    fmt::format("The account does not use this service: {}", sentence(error)),
                    {},
                    {}};
        case ErrorClass::region_disabled:
            return {SliceStatus::not_enabled, sentence(error), {}, {}};
        case ErrorClass::service_absent:
            return {SliceStatus::not_enabled, "The service is not offered in this region.", {}, {}};
        case ErrorClass::not_aws:
            return {SliceStatus::failed,
                    fmt::format("What answers for {} is not AWS.", type.service),
                    {},
                    "Check proxies and the endpoint setting on the way from Patrol to AWS."};
        case ErrorClass::cancelled:
            return {SliceStatus::not_read, "The scan was stopped.", {}, {}};
        default:
            break;
    }
    return {SliceStatus::failed,
            fmt::format("{} failed: {}", call.operation, sentence(error)),
            {},
            "The next scan tries again."};
}

}  // namespace patrol::inventory
