// How bad a change is, why, and whether a rule hides it. Rules come from three places: severity rules
// and noise classes of the catalogue (catalogue/severity), and the tenant's own rules, which win.
// Pure: no I/O, cannot fail.
#pragma once

#include <memory>
#include <vector>

#include "base/time.h"
#include "catalogue/catalogue.h"
#include "drift/judgement.h"
#include "drift/subject.h"
#include "model/rule.h"

namespace patrol::drift {

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
