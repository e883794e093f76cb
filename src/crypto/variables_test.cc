#include "crypto/variables.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <cstring>

using namespace patrol::crypto;

TEST_CASE("variables with secrets leave the process environment and their bytes are overwritten") {
    ::setenv("PATROL_TEST_TAKEN_ONE", "first value", 1);
    ::setenv("PATROL_TEST_TAKEN_EMPTY", "", 1);
    ::setenv("PATROL_TEST_OTHER", "stays", 1);
    char* const bytes = std::getenv("PATROL_TEST_TAKEN_ONE");
    static constexpr std::array<std::string_view, 2> names{"PATROL_TEST_TAKEN_*", "PATROL_TEST_NOT_SET"};
    const Variables taken = Variables::take(names);
    REQUIRE(taken.find("PATROL_TEST_TAKEN_ONE") != nullptr);
    CHECK(taken.find("PATROL_TEST_TAKEN_ONE")->expose() == "first value");
    CHECK(taken.find("PATROL_TEST_TAKEN_EMPTY") == nullptr);
    CHECK(taken.find("PATROL_TEST_NOT_SET") == nullptr);
    CHECK(taken.find("PATROL_TEST_OTHER") == nullptr);
    CHECK(std::getenv("PATROL_TEST_TAKEN_ONE") == nullptr);
    CHECK(std::getenv("PATROL_TEST_TAKEN_EMPTY") == nullptr);
    CHECK(std::string_view(std::getenv("PATROL_TEST_OTHER")) == "stays");
    for (std::size_t i = 0; i < std::strlen("first value"); ++i) CHECK(bytes[i] == '\0');
}
