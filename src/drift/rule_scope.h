// Whether a tenant's own rule speaks about a change: everything its scope names must hold.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "drift/path_pattern.h"
#include "drift/subject.h"
#include "model/rule.h"

namespace patrol::drift {

class ScopedRule {
public:
    // Nullopt for a rule whose path cannot be read: it never matches anything.
    static std::optional<ScopedRule> compile(const model::Rule& rule);

    [[nodiscard]] const model::Rule& rule() const { return rule_; }
    [[nodiscard]] bool has_path() const { return path_.has_value(); }
    // Everything but the path.
    [[nodiscard]] bool fits(const Subject& subject) const;
    // True without a path in the scope.
    [[nodiscard]] bool fits_path(std::string_view path) const { return !path_ || path_->matches(path); }
    // How many members its scope names: of two severity rules the narrower one decides.
    [[nodiscard]] int narrowness() const { return narrowness_; }

private:
    model::Rule rule_;
    std::optional<PathPattern> path_;
    int narrowness_ = 0;
};

// "key", "key=value", either with *.
bool has_tag(const model::Labels& tags, std::string_view wanted);

}  // namespace patrol::drift
