// How bad a change is, why, and whether a rule hides it. Rules come from three places: severity rules
// and noise classes of the catalogue (catalogue/severity), and the tenant's own rules, which win.
// Pure: no I/O, cannot fail.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "catalogue/catalogue.h"
#include "drift/subject.h"
#include "model/severity.h"
#include "model/rule.h"

namespace patrol::drift {

// What a hidden object belongs to: the thing that is shown instead.
struct Owner {
    std::string type;  // "AWS::AutoScaling::AutoScalingGroup"; empty: the cloud itself
    std::string id;    // its native id or name

    auto operator<=>(const Owner&) const = default;
};

struct PathJudgement {
    model::Severity severity = model::Severity::info;
    std::string why;        // "Port 5432 opened to the internet"; empty: nothing special is known
    std::string hidden_by;  // a rule's id or a noise class's name; empty: shown
};

struct Judgement {
    model::Severity severity = model::Severity::info;
    std::string why;
    std::vector<PathJudgement> paths;  // one for each of Subject::changes, in their order
    std::string hidden_by;             // of the whole change: it is counted, not listed
    std::optional<Owner> owner;        // under which a hidden object is counted
    std::vector<std::string> hits;     // ids of the tenant's rules that decided something, unique

    [[nodiscard]] bool hidden() const { return !hidden_by.empty(); }
};

// The rules of one evaluation, compiled once. Immutable: share by reference between threads.
class Rulebook {
public:
    // Rules that are switched off or expired at `now` are left out.
    Rulebook(const catalogue::Catalogue& catalogue, const std::vector<model::Rule>& rules, Timestamp now);
    ~Rulebook();
    Rulebook(Rulebook&&) noexcept;
    Rulebook& operator=(Rulebook&&) noexcept;

    struct Compiled;
    [[nodiscard]] const Compiled& compiled() const { return *compiled_; }

private:
    std::unique_ptr<const Compiled> compiled_;
};

Judgement judge(const Rulebook& rules, const Subject& subject);

}  // namespace patrol::drift
