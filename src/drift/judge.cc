#include "drift/judge.h"

#include "drift/severity.h"

namespace patrol::drift {

struct Rulebook::Compiled {};

Rulebook::Rulebook(const catalogue::Catalogue&, const std::vector<model::Rule>&, Timestamp)
    : compiled_(std::make_unique<const Compiled>()) {}
Rulebook::~Rulebook() = default;
Rulebook::Rulebook(Rulebook&&) noexcept = default;
Rulebook& Rulebook::operator=(Rulebook&&) noexcept = default;

Judgement judge(const Rulebook&, const Subject& subject) {
    Judgement out;
    out.severity = default_severity(subject.op, subject.category);
    out.paths.assign(subject.changes.size(), PathJudgement{.severity = out.severity});
    return out;
}

}  // namespace patrol::drift
