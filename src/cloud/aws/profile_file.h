// The AWS tools' two files of profiles: ~/.aws/config ([profile name], [default]) and
// ~/.aws/credentials ([name]). Nested settings and unknown sections are skipped.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cloud/aws/environment.h"

namespace patrol::aws {

using Settings = std::map<std::string, std::string, std::less<>>;

struct Profile {
    std::string name;
    Settings config;
    Settings credentials;

    // Of the config file, then of the credentials file; empty where neither has it.
    [[nodiscard]] std::string get(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const { return !get(key).empty(); }
};

class ProfileFiles {
public:
    // Absent files are empty; a file that cannot be read is an error.
    static Result<ProfileFiles> load(const Environment& environment);
    static ProfileFiles parse(std::string_view config, std::string_view credentials);

    [[nodiscard]] const Profile* find(std::string_view name) const;

private:
    void read(std::string_view text, Settings Profile::* part, bool sections_have_prefix);
    std::map<std::string, Profile, std::less<>> profiles_;
};

}  // namespace patrol::aws
