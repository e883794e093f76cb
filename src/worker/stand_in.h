// A worker of the tests: this test program started as a worker becomes it. What it does, good or evil, is
// named by the session name in its start.
#pragma once

#include <string_view>

namespace patrol::worker::stand_in {

inline constexpr std::string_view account = "210987654321";
inline constexpr std::string_view planned_type = "AWS::EC2::VPC";
inline constexpr std::string_view region = "eu-west-1";

}  // namespace patrol::worker::stand_in
