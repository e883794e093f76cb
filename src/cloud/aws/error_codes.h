// The error codes of AWS by what they mean to a reader, as data. Internal to errors.cc.
#pragma once

#include <span>
#include <string_view>

#include "cloud/aws/errors.h"

namespace patrol::aws {

// A rule holds when every part that is not empty fits. The first rule that holds decides.
struct ErrorRule {
    std::string_view service;           // Service::id
    std::string_view code;              // exact, or a prefix when it ends in '*'
    std::string_view message_contains;  // in any case of letters
    ErrorClass error_class;
};

std::span<const ErrorRule> error_rules();

}  // namespace patrol::aws
