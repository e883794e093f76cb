#include "inventory/aws/attribution.h"

#include <algorithm>
#include <map>
#include <optional>

#include "inventory/aws/rates.h"

namespace patrol::inventory {
namespace {

constexpr auto nap = Millis(50);  // between two looks at the stop

// What the events of one question say so far.
struct Evidence {
    const AuditQuestion* question = nullptr;
    std::size_t index = 0;  // of its answer
    std::optional<AuditEvent> best;
    AuditFit best_fit = AuditFit::none;
    bool several_actors = false;
};

// In the interval itself an event counts more than in the time that the reading before took.
bool is_inside(const AuditQuestion& question, const AuditEvent& event) {
    return event.time >= question.after && event.time <= question.until;
}

void consider(Evidence& evidence, const AuditEvent& event, const catalogue::Catalogue& catalogue) {
    const auto& question = *evidence.question;
    if (event.time > question.until) return;
    const auto how = fit(question, event, catalogue);
    if (how == AuditFit::none) return;
    if (!evidence.best) {
        evidence.best = event;
        evidence.best_fit = how;
        return;
    }
    const auto same = [&](const AuditEvent& other) {
        return other.actor.principal == event.actor.principal && other.actor.name == event.actor.name;
    };
    const auto rank = [&](const AuditEvent& each, AuditFit by) {
        return std::tuple(is_inside(question, each), by == AuditFit::certain, each.time);
    };
    const bool equal_rights =
        how == evidence.best_fit && is_inside(question, event) == is_inside(question, *evidence.best);
    if (equal_rights && !same(*evidence.best)) evidence.several_actors = true;
    if (rank(event, how) <= rank(*evidence.best, evidence.best_fit)) return;
    if (!equal_rights) evidence.several_actors = false;
    evidence.best = event;
    evidence.best_fit = how;
}

model::Actor verdict(const Evidence& evidence) {
    auto actor = evidence.best->actor;
    const bool certain = evidence.best_fit == AuditFit::certain && evidence.best->whole &&
                         !evidence.several_actors && is_inside(*evidence.question, *evidence.best);
    actor.certainty = certain ? model::ActorCertainty::certain : model::ActorCertainty::likely;
    return actor;
}

class RegionSearch {
public:
    RegionSearch(const AuditTools& tools, std::string region, std::vector<Evidence> all)
        : tools_(tools), region_(std::move(region)), all_(std::move(all)) {}

    void run(std::vector<AuditAnswer>& answers) {
        if (all_.size() <= audit_asked_by_name) by_name();
        if (!problem_ && std::ranges::any_of(all_, &RegionSearch::is_open)) by_time();
        for (auto& evidence : all_) answers[evidence.index] = answer(evidence);
    }

private:
    enum class More { yes, no };

    static bool is_open(const Evidence& evidence) { return !evidence.best; }

    AuditAnswer answer(const Evidence& evidence) const {
        if (evidence.best) return {.actor = verdict(evidence), .problem = {}};
        if (problem_) return {.actor = {}, .problem = problem_};
        if (cut_short_)
            return {.actor = {},
                    .problem = Error{.kind = Error::Kind::too_large,
                                     .message = "There are too many events in the time of this change.",
                                     .code = "too_many_events"}};
        return {.actor = model::Actor{}, .problem = {}};
    }

    void by_name() {
        for (auto& evidence : all_) {
            const auto& question = *evidence.question;
            std::vector<std::string> asked;
            for (const auto& text : {question.native_id, question.name, question.arn}) {
                if (problem_ || evidence.best) break;
                if (text.empty() || text.size() > audit_text_bytes ||
                    std::ranges::find(asked, text) != asked.end())
                    continue;
                asked.push_back(text);
                lookup("ResourceName", text, question.after, question.until, audit_pages_by_name,
                       [&](const AuditEvent& event) { consider(evidence, event, tools_.catalogue); });
            }
        }
    }

    // All writes between the earliest reading before and the last one after.
    void by_time() {
        auto from = all_.front().question->after, until = all_.front().question->until;
        for (const auto& evidence : all_) {
            from = std::min(from, evidence.question->after);
            until = std::max(until, evidence.question->until);
        }
        cut_short_ =
            lookup("ReadOnly", "false", from, until, audit_pages_by_time, [&](const AuditEvent& event) {
                for (auto& evidence : all_) consider(evidence, event, tools_.catalogue);
            }) == More::yes;
    }

    // Whether there is more than `pages_max` pages.
    template <class Visit>
    More lookup(std::string_view key, std::string_view value, Timestamp after, Timestamp until,
                std::size_t pages_max, Visit visit) {
        const auto oldest = tools_.clock.now() - audit_age;
        const auto from = std::max(after.is_set() ? after - audit_before : oldest, oldest);
        if (until <= from) return More::no;
        json::object input{
            {"LookupAttributes", json::array{{{"AttributeKey", key}, {"AttributeValue", value}}}},
            {"StartTime", to_rfc3339(from)},
            {"EndTime", to_rfc3339(until)},
            {"MaxResults", audit_page_items}};
        for (std::size_t page = 0; page < pages_max; ++page) {
            const json::value sent(input);
            auto answer = tools_.caller.call({.service = "cloudtrail",
                                              .operation = "LookupEvents",
                                              .region = region_,
                                              .input = &sent,
                                              .stop = tools_.stop});
            if (!answer) {
                problem_ = std::move(answer).error().release();
                return More::no;
            }
            if (const auto* events = find(*answer, "Events"); events != nullptr && events->is_array())
                for (const auto& each : events->get_array()) visit(read_audit_event(each, region_));
            const auto token = string_or(*answer, "NextToken");
            if (token.empty()) return More::no;
            input["NextToken"] = token;
        }
        return More::yes;
    }

    const AuditTools& tools_;
    std::string region_;
    std::vector<Evidence> all_;
    std::optional<Error> problem_;
    bool cut_short_ = false;
};

}  // namespace

Budget& LookupPace::budget_of(std::string_view region) {
    auto found = budgets_.find(region);
    if (found != budgets_.end()) return found->second;
    auto rate = rate_of("cloudtrail", "LookupEvents").rate;
    rate.per_second *= rate_scale_;
    return budgets_.emplace(std::string(region), Budget(rate, clock_.steady())).first->second;
}

bool LookupPace::before_attempt(const Target& target, std::stop_token stop) {
    while (!stop.stop_requested()) {
        {
            std::lock_guard lock(mutex_);
            auto& budget = budget_of(target.region);
            const auto now = clock_.steady();
            if (budget.ready_at(now) <= now) {
                budget.take(now);
                return true;
            }
        }
        clock_.sleep_for(nap);
    }
    return false;
}

void LookupPace::on_throttled(const Target& target) {
    std::lock_guard lock(mutex_);
    budget_of(target.region).throttled(clock_.steady(), Millis(1'000));
}

void LookupPace::on_success(const Target& target) {
    std::lock_guard lock(mutex_);
    budget_of(target.region).succeeded();
}

std::vector<AuditAnswer> attribute(const AuditTools& tools, const std::vector<AuditQuestion>& questions) {
    std::vector<AuditAnswer> answers(questions.size());
    std::map<std::string, std::vector<Evidence>> by_region;
    for (std::size_t index = 0; index < questions.size(); ++index) {
        const auto& question = questions[index];
        // Older than the log: nobody can be found, and nothing needs to be asked.
        if (question.until < tools.clock.now() - audit_age) {
            answers[index].actor = model::Actor{};
            continue;
        }
        const auto& region =
            question.region == "global" || question.region.empty() ? tools.home_region : question.region;
        by_region[region].push_back({.question = &question, .index = index});
    }
    for (auto& [region, all] : by_region) RegionSearch(tools, region, std::move(all)).run(answers);
    return answers;
}

}  // namespace patrol::inventory
