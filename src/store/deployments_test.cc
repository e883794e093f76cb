#include "store/deployments.h"

#include "base/limits.h"
#include "store/deployment_hooks.h"
#include "store/store_fixture.h"

using namespace patrol;
using namespace patrol::store;
using namespace std::chrono_literals;

namespace {

model::Deployment run(std::string name, Timestamp start, Timestamp end = {}) {
    return {.name = std::move(name),
            .state = end.is_set() ? model::DeploymentState::succeeded : model::DeploymentState::open,
            .started_at = start,
            .ended_at = end,
            .created_by = "ci"};
}

std::vector<std::string> names(const std::vector<model::Deployment>& all) {
    std::vector<std::string> out;
    for (const auto& each : all) out.push_back(each.name);
    return out;
}

model::DeploymentHook hook(Store& store, const Seed& seed, std::string name = "github") {
    model::DeploymentHook made{.id = crypto::new_id<DeploymentHookId>(),
                               .name = std::move(name),
                               .kind = model::DeploymentSource::github,
                               .scope = {.accounts = {seed.account.id}},
                               .created_by = "anna"};
    const HookKeys keys{
        .token_hash = "token of " + made.id.str(), .secret_hash = {}, .sealed_secret = "sealed"};
    return need(store.deployment_hooks().create(seed.tenant, made, keys, noon));
}

Deployments::Reported reported(Result<std::optional<Deployments::Reported>> result) {
    auto found = need(std::move(result));
    REQUIRE(found);
    return std::move(*found);
}

}  // namespace

TEST_CASE("a deployment comes back as it was given, and only to its tenant") {
    for_each_store([](Store& store) {
        const auto one = seed(store), two = seed(store, "two");
        const auto customer = need(store.customers().create(one.tenant, {.name = "Acme"}, noon));
        auto given = run("release", noon, noon + 5min);
        given.scope = {.customer = customer.id,
                       .accounts = {one.account.id},
                       .regions = {"eu-central-1", "global"},
                       .tags = {{"env", "prod"}},
                       .principal = "arn:aws:iam::1:role/deploy"};
        given.commit = "0123abc";
        given.url = "https://ci.example.com/1";
        given.reason = "release 7";
        given.exit_code = 0;
        auto made = need(store.deployments().create(one.tenant, given, noon));
        auto found = need(store.deployments().get(one.tenant, made.id));
        CHECK(found.scope == given.scope);
        CHECK(found.commit == "0123abc");
        CHECK(found.exit_code == 0);
        CHECK(found.ended_at == noon + 5min);
        CHECK_FALSE(found.until.is_set());
        CHECK(found.created_at == noon);
        CHECK(failure(store.deployments().get(two.tenant, made.id)) == "not_found");
        CHECK(failure(store.deployments().update(two.tenant, made, noon)) == "not_found");
        CHECK(need(store.deployments().list(two.tenant, {})).total == 0);
        CHECK(need(store.deployments().list(one.tenant, {})).items.front().id == made.id);

        auto foreign = run("x", noon);
        foreign.scope.accounts = {two.account.id};
        const auto refused = store.deployments().create(one.tenant, foreign, noon);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().field == "account_ids");
        foreign.scope = {.customer = customer.id};
        const auto no_customer = store.deployments().create(two.tenant, foreign, noon);
        REQUIRE_FALSE(no_customer);
        CHECK(no_customer.error().field == "customer_id");
    });
}

TEST_CASE("an ended deployment never opens again") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        auto made = need(store.deployments().create(one.tenant, run("a", noon), noon));
        made.state = model::DeploymentState::failed;
        made.ended_at = noon + 1min;
        made = need(store.deployments().update(one.tenant, made, noon + 1min));
        CHECK(made.state == model::DeploymentState::failed);
        made.reason = "lost";
        CHECK(need(store.deployments().update(one.tenant, made, noon)).reason == "lost");
        made.state = model::DeploymentState::open;
        CHECK(failure(store.deployments().update(one.tenant, made, noon)) == "conflict/deployment_ended");
    });
}

TEST_CASE("overlapping: by time, account and customer") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto acme = need(store.customers().create(one.tenant, {.name = "Acme"}, noon));
        const auto other = need(store.customers().create(one.tenant, {.name = "Other"}, noon));
        auto account = one.account;
        account.customer_id = acme.id;
        need(store.accounts().update(one.tenant, account, {}, noon));
        const auto second = need(store.accounts().create(one.tenant, {.name = "second"}, noon));
        auto& deployments = store.deployments();
        const auto make = [&](model::Deployment each, model::DeploymentScope scope) {
            each.scope = std::move(scope);
            need(deployments.create(one.tenant, each, noon));
        };
        make(run("everywhere", noon, noon + 10min), {});
        make(run("acme", noon + 1min, noon + 10min), {.customer = acme.id});
        make(run("other", noon + 2min, noon + 10min), {.customer = other.id});
        make(run("second", noon + 3min, noon + 10min), {.accounts = {second.id}});
        make(run("running", noon + 4min), {.accounts = {one.account.id}});
        make(run("old", noon - 2h, noon - 1h), {});
        auto window = run("window", noon - 48h);
        window.until = noon + 1h;
        make(window, {.customer = acme.id, .accounts = {one.account.id}});
        using Names = std::vector<std::string>;
        CHECK(names(need(deployments.overlapping(one.tenant, one.account.id, noon, noon + 1h))) ==
              Names{"running", "acme", "everywhere", "window"});
        CHECK(names(need(deployments.overlapping(one.tenant, second.id, noon, noon + 1h))) ==
              Names{"second", "everywhere"});
        CHECK(names(need(deployments.overlapping(one.tenant, one.account.id, noon + 11min, noon + 30min))) ==
              Names{"running", "window"});
        CHECK(names(need(deployments.overlapping(one.tenant, one.account.id, noon - 90min, noon - 89min))) ==
              Names{"old", "window"});
        // A run whose end was never told counts for deployment_longest.
        const auto last = noon + 4min + limits::deployment_longest;
        CHECK(names(need(deployments.overlapping(one.tenant, one.account.id, last, last + 1h))) ==
              Names{"running"});
        CHECK(need(deployments.overlapping(one.tenant, one.account.id, last + 1ms, last + 1h)).empty());
        const auto foreign = seed(store, "two");
        CHECK(failure(deployments.overlapping(foreign.tenant, one.account.id, noon, noon)) == "not_found");

        CHECK(need(deployments.reading_began(one.tenant, one.account.id, noon)) ==
              noon);  // no snapshot of then
        auto named = run("x", noon);
        named.scope.customer = acme.id;
        CHECK(need(deployments.accounts_of(one.tenant, named)) == std::vector{one.account.id});
        named.scope.accounts = {second.id};
        CHECK(need(deployments.accounts_of(one.tenant, named)).empty());
        CHECK(need(deployments.accounts_of(one.tenant, run("x", noon))).empty());
    });
}

TEST_CASE("events of one run meet in one deployment, in any order, and a delivery counts once") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto sender = hook(store, one);
        auto& deployments = store.deployments();
        const ReportedRun begin{
            .run_key = "acme/infra:1", .delivery = "d1", .name = "apply", .started_at = noon};
        ReportedRun end = begin;
        end.delivery = "d2";
        end.state = model::DeploymentState::succeeded;
        end.ended_at = noon + 5min;

        const auto first = reported(deployments.report(one.tenant, sender, begin, noon + 1min));
        CHECK(first.deployment.state == model::DeploymentState::open);
        CHECK(first.deployment.scope == sender.scope);
        CHECK_FALSE(first.ended_now);
        const auto second = reported(deployments.report(one.tenant, sender, end, noon + 6min));
        CHECK(second.deployment.id == first.deployment.id);
        CHECK(second.ended_now);
        CHECK(second.deployment.ended_at == noon + 5min);
        const auto again = reported(deployments.report(one.tenant, sender, end, noon + 9min));
        CHECK(again.repeated);
        CHECK_FALSE(again.ended_now);
        // A late event of the beginning, and a copy of the end under another delivery id, change nothing.
        ReportedRun late = begin;
        late.delivery = "d3";
        CHECK(reported(deployments.report(one.tenant, sender, late, noon + 9min)).deployment.state ==
              model::DeploymentState::succeeded);
        ReportedRun copy = end;
        copy.delivery = "d4";
        copy.state = model::DeploymentState::failed;
        const auto copied = reported(deployments.report(one.tenant, sender, copy, noon + 9min));
        CHECK_FALSE(copied.ended_now);
        CHECK(copied.deployment.state == model::DeploymentState::succeeded);
        CHECK(need(deployments.list(one.tenant, {})).total == 1);

        ReportedRun plan{
            .run_key = "acme/infra:3", .delivery = "d6", .state = model::DeploymentState::succeeded};
        plan.only_if_known = true;
        CHECK_FALSE(need(deployments.report(one.tenant, sender, plan, noon)));

        ReportedRun only_end{
            .run_key = "acme/infra:2", .delivery = "d5", .state = model::DeploymentState::failed};
        only_end.ended_at = noon - 1h;  // before anybody knew of it: never before its start
        const auto whole = reported(deployments.report(one.tenant, sender, only_end, noon));
        CHECK(whole.ended_now);
        CHECK(whole.deployment.name == "github");
        CHECK(whole.deployment.ended_at == noon);
    });
}

TEST_CASE("hooks: found by token, unique by name, gone with their deliveries") {
    for_each_store([](Store& store) {
        const auto one = seed(store), two = seed(store, "two");
        const auto made = hook(store, one);
        auto& hooks = store.deployment_hooks();
        const auto found = need(hooks.by_token_hash("token of " + made.id.str()));
        CHECK(found.tenant == one.tenant);
        CHECK(found.hook.id == made.id);
        CHECK(found.hook.scope == made.scope);
        CHECK_FALSE(found.keys.secret_hash);
        CHECK(found.keys.sealed_secret == "sealed");
        CHECK(failure(hooks.by_token_hash("x")) == "not_found");
        auto same = made;
        same.id = crypto::new_id<DeploymentHookId>();
        CHECK(failure(hooks.create(one.tenant, same, {.token_hash = "t"}, noon)) == "conflict/hook_exists");
        reported(store.deployments().report(one.tenant, made, {.run_key = "1", .delivery = "1"}, noon));
        need(hooks.note_use(one.tenant, made.id, noon + 1min));
        CHECK(need(hooks.list(one.tenant, {})).items.front().last_used_at == noon + 1min);
        CHECK(need(hooks.list(two.tenant, {})).total == 0);
        CHECK(failure(hooks.remove(two.tenant, made.id)) == "not_found");
        need(hooks.remove(one.tenant, made.id));
        CHECK(failure(hooks.by_token_hash("token of " + made.id.str())) == "not_found");
        CHECK(need(store.deployments().list(one.tenant, {})).total == 1);
    });
}

TEST_CASE("hooks are bounded by hooks_per_tenant") {
    for_sqlite([](Store& store) {
        const auto one = seed(store);
        for (std::size_t i = 0; i < limits::hooks_per_tenant; ++i)
            hook(store, one, "hook " + std::to_string(i));
        const model::DeploymentHook more{.id = crypto::new_id<DeploymentHookId>(), .name = "more"};
        CHECK(failure(store.deployment_hooks().create(one.tenant, more, {.token_hash = "t"}, noon)) ==
              "conflict/too_many_hooks");
    });
}

TEST_CASE("what is overdue is closed: windows at their end, runs as failed") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        auto& deployments = store.deployments();
        auto window = run("window", noon);
        window.until = noon + 2h;
        const auto planned = need(deployments.create(one.tenant, window, noon));
        const auto lost = need(deployments.create(one.tenant, run("lost", noon), noon));
        const auto sender = hook(store, one);
        const ReportedRun begin{.run_key = "1", .delivery = "d1"};
        reported(deployments.report(one.tenant, sender, begin, noon + 10min));
        CHECK(need(deployments.close_overdue(noon + 1h)) == 0);
        CHECK(need(deployments.close_overdue(noon + 2h)) == 1);
        CHECK(need(deployments.get(one.tenant, planned.id)).ended_at == noon + 2h);
        CHECK(need(deployments.get(one.tenant, planned.id)).state == model::DeploymentState::succeeded);
        CHECK(need(deployments.close_overdue(noon + limits::deployment_longest)) == 1);
        const auto closed = need(deployments.get(one.tenant, lost.id));
        CHECK(closed.state == model::DeploymentState::failed);
        CHECK(closed.ended_at == noon + limits::deployment_longest);
        // A delivery id is remembered for hook_delivery_age.
        CHECK(reported(deployments.report(one.tenant, sender, begin, noon + 1h)).repeated);
        need(deployments.close_overdue(noon + 11min + limits::hook_delivery_age));
        CHECK_FALSE(reported(deployments.report(one.tenant, sender, begin, noon + 1h)).repeated);
    });
}
