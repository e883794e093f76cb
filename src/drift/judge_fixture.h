// Documents of a type as a scan would leave them, and the subject that they make. For tests.
#pragma once

#include <map>
#include <string>

#include <doctest/doctest.h>

#include "catalogue/catalogue.h"
#include "document/canonical.h"
#include "drift/judge.h"

namespace patrol::drift {

inline const catalogue::Catalogue& the_catalogue() {
    static const auto out = catalogue::Catalogue::load_embedded().value();
    return out;
}

class Documents {
public:
    Documents(std::string type, const json::value& before, const json::value& after)
        : type_(std::move(type)) {
        const auto* known = the_catalogue().type(type_);
        REQUIRE_MESSAGE(known != nullptr, type_);
        category_ = catalogue::to_string(known->category);
        rules_ = document::Rules::compile(*known, the_catalogue().member_rules());
        if (!before.is_null()) before_ = canonical(before);
        if (!after.is_null()) after_ = canonical(after);
        if (before_ && after_) changes_ = diff(*before_, *after_, rules_);
        arn_ = string_or(after_ ? *after_ : *before_, "Arn");
    }

    [[nodiscard]] Subject subject() const {
        Subject out{.type = type_,
                    .category = category_,
                    .region = "eu-west-1",
                    .native_id = "thing-1",
                    .name = "thing",
                    .arn = arn_,
                    .changes = changes_};
        out.op = !before_  ? model::ChangeOp::added
                 : !after_ ? model::ChangeOp::removed
                           : model::ChangeOp::modified;
        out.before = before_ ? &*before_ : nullptr;
        out.after = after_ ? &*after_ : nullptr;
        return out;
    }
    [[nodiscard]] const document::Rules& rules() const { return rules_; }
    [[nodiscard]] const std::vector<PathChange>& changes() const { return changes_; }

private:
    json::value canonical(const json::value& stored) const {
        auto out = parse_json(document::canonical_text(stored, rules_), {.depth = 200});
        REQUIRE(out);
        return *out;
    }

    std::string type_;
    std::string category_;
    std::string arn_;
    document::Rules rules_;
    std::optional<json::value> before_;
    std::optional<json::value> after_;
    std::vector<PathChange> changes_;
};

inline Documents documents(std::string type, std::string_view before, std::string_view after) {
    return {std::move(type), before.empty() ? json::value() : parse_json(before).value(),
            after.empty() ? json::value() : parse_json(after).value()};
}

// The rest of the account, as noise rules may ask for it.
class Account final : public Neighbours {
public:
    void add(const std::string& type, const std::string& id, std::string_view text) {
        all_[type + " " + id] = parse_json(text).value();
    }
    [[nodiscard]] const json::value* document(std::string_view type, std::string_view id) const override {
        const auto at = all_.find(std::string(type) + " " + std::string(id));
        return at == all_.end() ? nullptr : &at->second;
    }

private:
    std::map<std::string, json::value> all_;
};

}  // namespace patrol::drift
