#include "scan/workers.h"

#include <algorithm>
#include <atomic>
#include <list>

#include "base/limits.h"
#include "base/log.h"
#include "scan/attribute.h"
#include "scan/lease_keeper.h"
#include "scan/run.h"
#include "scan/schedule.h"
#include "scan/settling.h"
#include "store/decisions.h"
#include "store/deployments.h"
#include "store/journal.h"

namespace patrol::scan {
namespace {

constexpr std::array job_kinds{store::JobKind::scan, store::JobKind::trial};
constexpr std::array attribution_kinds{store::JobKind::attribute};
constexpr std::array elsewhere_kinds{store::JobKind::scan, store::JobKind::attribute};
constexpr auto place_poll = std::chrono::seconds(2);
constexpr auto idle_poll = std::chrono::seconds(5);  // another process may have enqueued something
constexpr auto schedule_every = std::chrono::seconds(5);
constexpr auto erase_every = std::chrono::seconds(60);
constexpr auto sweep_every = std::chrono::hours(1);
constexpr auto cancel_poll = std::chrono::seconds(2);
constexpr std::size_t due_at_once = 50;
constexpr auto keep_failed_scans = std::chrono::hours(24 * 90);

std::string payload_text(const store::Job& job, std::string_view member) {
    auto payload = parse_json(job.payload);
    return payload ? std::string(string_or(*payload, member)) : "";
}

}  // namespace

struct Workers::Impl {
    ScanRoom room;
    WorkerOptions options;
    ConnectionTest tests;

    std::mutex mutex;
    std::condition_variable_any woken;
    std::uint64_t wakes = 0;
    // What runs now. A run's `renewed` is when its lease was last known to hold.
    struct Running {
        ScanRun* run;
        std::chrono::steady_clock::time_point renewed;
    };
    std::vector<Running> running;
    std::vector<std::jthread> threads;

    Impl(store::Store& store, const catalogue::Catalogue& catalogue, Connector& connector, EventHub& events,
         Clock& clock, WorkerOptions worker_options)
        : room{store, catalogue, connector, events, clock},
          options(std::move(worker_options)),
          tests(store, connector, events, clock) {}

    // Sleeps until woken, until `until` or for `longest`.
    void rest(std::stop_token stop, std::uint64_t seen, Millis longest) {
        std::unique_lock lock(mutex);
        woken.wait_for(lock, stop, longest, [&] { return wakes != seen; });
    }
    // Sleeps until stopped or for `length`.
    void pause(std::stop_token stop, Millis length) {
        std::unique_lock lock(mutex);
        woken.wait_for(lock, stop, length, [] { return false; });
    }
    std::uint64_t wake_count() {
        std::scoped_lock lock(mutex);
        return wakes;
    }

    void work(std::stop_token stop) {
        while (!stop.stop_requested()) {
            auto seen = wake_count();
            auto job = room.store.jobs().claim(options.worker_name, job_kinds, room.clock.now());
            if (!job) log::warn("no job could be claimed", {{"why", describe(job.error())}});
            if (!job || !*job) {
                rest(stop, seen, until_next(job_kinds));
                continue;
            }
            take(**job, stop);
        }
    }

    // What is done at a collector only waits here: each job has a thread of its own.
    struct Elsewhere {
        std::string place;
        std::atomic<bool> done = false;
        std::jthread thread;
    };
    void work_elsewhere(std::stop_token stop) {
        std::list<Elsewhere> jobs;
        while (!stop.stop_requested()) {
            const auto seen = wake_count();
            std::erase_if(jobs, [](const Elsewhere& each) { return each.done.load(); });
            if (!begin_elsewhere(jobs)) rest(stop, seen, Millis(place_poll));
        }
        for (auto& each : jobs) each.thread.request_stop();
    }

    // Whether a job was begun.
    bool begin_elsewhere(std::list<Elsewhere>& jobs) {
        const auto waiting = room.store.jobs().places_with_work(elsewhere_kinds, room.clock.now());
        if (!waiting || waiting->empty()) return false;
        const auto here = options.places();
        for (const auto& place : *waiting) {
            const auto busy = static_cast<std::size_t>(std::ranges::count(jobs, place, &Elsewhere::place));
            if (jobs.size() >= options.jobs_elsewhere || busy >= options.jobs_per_place ||
                std::ranges::find(here, place) == here.end())
                continue;
            auto job = room.store.jobs().claim(options.worker_name, elsewhere_kinds, room.clock.now(), place);
            if (!job || !*job) continue;
            auto& begun = jobs.emplace_back();
            begun.place = place;
            begun.thread = std::jthread([this, &begun, claimed = std::move(**job)](std::stop_token stop) {
                do_elsewhere(claimed, stop);
                begun.done = true;
                wake();
            });
            return true;
        }
        return false;
    }

    void do_elsewhere(const store::Job& job, std::stop_token stop) {
        if (job.kind != store::JobKind::attribute) return take(job, stop);
        const LeaseKeeper lease(room.store.jobs(), job, room.clock, stop);
        Attribution(room, job).run(lease.token());
    }

    // In a thread of its own, so that no scan ever waits for an audit log.
    void attribute(std::stop_token stop) {
        while (!stop.stop_requested()) {
            auto seen = wake_count();
            auto job = room.store.jobs().claim(options.worker_name, attribution_kinds, room.clock.now());
            if (!job || !*job) {
                rest(stop, seen, until_next(attribution_kinds));
                continue;
            }
            const LeaseKeeper lease(room.store.jobs(), **job, room.clock, stop);
            Attribution(room, **job).run(lease.token());
        }
    }

    Millis until_next(std::span<const store::JobKind> kinds) {
        auto next = room.store.jobs().next_run_at(kinds);
        if (!next || !*next) return idle_poll;
        auto wait = **next - room.clock.now();
        return std::clamp(wait, Millis(50), Millis(idle_poll));
    }

    void take(const store::Job& job, std::stop_token stop) {
        if (job.kind == store::JobKind::trial) return run_trial(job, stop);
        ScanRun run(room, job, ScanId(payload_text(job, "scan_id")));
        {
            std::scoped_lock lock(mutex);
            running.push_back({&run, room.clock.steady()});
        }
        std::stop_callback on_stop(stop, [&] { run.request_stop(StopReason::shutdown); });
        run.run();
        std::scoped_lock lock(mutex);
        std::erase_if(running, [&](const Running& each) { return each.run == &run; });
        ++wakes;  // a follow-up of the same account may be waiting for this end
        woken.notify_all();
    }

    void run_trial(const store::Job& job, std::stop_token stop) {
        tests.trial(job.tenant, job.account, ConnectTokenId(payload_text(job, "connect_token_id")), stop);
        if (stop.stop_requested())
            (void)room.store.jobs().release(job, room.clock.now());
        else
            (void)room.store.jobs().complete(job);
    }

    // Renews leases, and passes on what other processes asked for.
    void keep_leases(std::stop_token stop) {
        auto last_renewal = room.clock.steady();
        while (!stop.stop_requested()) {
            pause(stop, Millis(cancel_poll));
            auto now = room.clock.steady();
            bool renew = now - last_renewal >= limits::job_heartbeat;
            if (renew) last_renewal = now;
            // The runs outlive the loop body: they leave the list under the same lock.
            std::scoped_lock lock(mutex);
            for (auto& each : running) {
                auto cancelled = room.store.scans().cancel_requested(each.run->ticket());
                if (cancelled && *cancelled) each.run->request_stop(StopReason::cancelled);
                if (renew) renew_lease(each);
            }
        }
    }

    void renew_lease(Running& each) {
        auto now = room.clock.steady();
        auto renewed = room.store.jobs().heartbeat(each.run->job(), room.clock.now());
        if (renewed) {
            each.renewed = now;
            return;
        }
        // Lost for certain, or not renewed for so long that another worker may have claimed it.
        if (renewed.error().code == "lease_lost" || now - each.renewed > limits::job_lease / 2)
            each.run->request_stop(StopReason::lease_lost);
    }

    void schedule(std::stop_token stop) {
        auto last_sweep = room.clock.steady() - sweep_every;
        while (!stop.stop_requested()) {
            enqueue_due();
            go_on_settling();
            wake_snoozed();
            if (room.clock.steady() - last_sweep >= sweep_every) {
                last_sweep = room.clock.steady();
                sweep();
            }
            pause(stop, Millis(schedule_every));
        }
    }

    // Apart from the rest: a removed account can hold a million rows.
    void erase_removed(std::stop_token stop) {
        while (!stop.stop_requested()) {
            const auto seen = wake_count();
            if (auto swept = room.store.accounts().sweep(stop); !swept)
                log::warn("a removed account was not erased", {{"why", describe(swept.error())}});
            rest(stop, seen, Millis(erase_every));
        }
    }

    void enqueue_due() {
        auto now = room.clock.now();
        auto due = room.store.accounts().due_for_scan(now, due_at_once);
        if (!due) return log::warn("the schedule could not be read", {{"why", describe(due.error())}});
        for (const auto& each : *due) {
            auto queued = room.store.scans().enqueue(each.tenant,
                                                     {.account = each.account,
                                                      .trigger = model::ScanTrigger::schedule,
                                                      .requested_by = "schedule"},
                                                     now);
            if (!queued)
                log::warn("a scheduled scan was not queued",
                          {{"account", each.account.str()}, {"why", describe(queued.error())}});
            auto next = next_scan_time(each.account, each.auto_scan_hours, now, random_jitter());
            (void)room.store.accounts().set_next_scan(each.tenant, each.account, next);
        }
        if (!due->empty()) wake();
    }

    void go_on_settling() {
        const auto queued = continue_settlings({room.store, room.catalogue, room.events, room.clock});
        if (!queued)
            return log::warn("accounts that settle were not read", {{"why", describe(queued.error())}});
        if (*queued > 0) wake();
    }

    void wake_snoozed() {
        auto opened = room.store.decisions().wake_snoozed(room.clock.now());
        if (!opened) log::warn("snoozed changes were not looked at", {{"why", describe(opened.error())}});
    }

    void sweep() {
        auto now = room.clock.now();
        (void)room.store.scans().sweep(now - keep_failed_scans);
        (void)room.store.deployments().close_overdue(now);
        (void)room.store.journal().drop_old(now);
    }

    void wake() {
        std::scoped_lock lock(mutex);
        ++wakes;
        woken.notify_all();
    }
};

Workers::Workers(store::Store& store, const catalogue::Catalogue& catalogue, Connector& connector,
                 EventHub& events, Clock& clock, WorkerOptions options)
    : impl_(std::make_unique<Impl>(store, catalogue, connector, events, clock, std::move(options))) {}

Workers::~Workers() { stop(); }

Result<void> Workers::start() {
    auto& impl = *impl_;
    // A server killed in the middle of a scan goes on with it at once.
    auto back = TRY(impl.room.store.jobs().release_owned_by(impl.options.worker_name, impl.room.clock.now()));
    if (back > 0) log::info("jobs of the last run taken back", {{"jobs", std::to_string(back)}});
    for (int i = 0; i < impl.options.threads; ++i)
        impl.threads.emplace_back([&impl](std::stop_token stop) { impl.work(stop); });
    impl.threads.emplace_back([&impl](std::stop_token stop) { impl.attribute(stop); });
    if (impl.options.places)
        impl.threads.emplace_back([&impl](std::stop_token stop) { impl.work_elsewhere(stop); });
    impl.threads.emplace_back([&impl](std::stop_token stop) { impl.keep_leases(stop); });
    impl.threads.emplace_back([&impl](std::stop_token stop) { impl.schedule(stop); });
    impl.threads.emplace_back([&impl](std::stop_token stop) { impl.erase_removed(stop); });
    return {};
}

void Workers::stop() {
    for (auto& thread : impl_->threads) thread.request_stop();
    impl_->threads.clear();
}

void Workers::wake() { impl_->wake(); }

std::optional<inventory::Progress> Workers::progress(const ScanId& scan) const {
    std::scoped_lock lock(impl_->mutex);
    for (const auto& each : impl_->running)
        if (each.run->scan_id() == scan) return each.run->progress();
    return {};
}

std::vector<ProgressCell> Workers::progress_cells(const ScanId& scan) const {
    std::scoped_lock lock(impl_->mutex);
    for (const auto& each : impl_->running)
        if (each.run->scan_id() == scan) return each.run->progress_cells();
    return {};
}

void Workers::cancel(const ScanId& scan) {
    std::scoped_lock lock(impl_->mutex);
    for (const auto& each : impl_->running)
        if (each.run->scan_id() == scan) each.run->request_stop(StopReason::cancelled);
}

}  // namespace patrol::scan
