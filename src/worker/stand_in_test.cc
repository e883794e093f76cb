#include "worker/stand_in.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "worker/desk_client.h"
#include "worker/fields.h"
#include "worker/process.h"
#include "worker/remote_aws.h"

namespace patrol::worker::stand_in {
namespace {

constexpr auto no_end = Millis(-1);

class StandIn {
public:
    explicit StandIn(Channel& channel) : channel_(channel), desk_(channel), door_(desk_), sink_(desk_) {}

    void serve() {
        auto frame = channel_.receive(no_end);
        role_ = decode<Start>((*frame)->body)->session_name;
        if (role_ == "never ready") ::pause();
        if (role_ == "no sandbox") {
            say(Message::ready, Reply<bool>{.error = Error{.kind = Error::Kind::unavailable,
                                                           .message = "No seccomp.",
                                                           .code = "worker_sandbox"}});
            ::_exit(1);
        }
        say(Message::ready, Reply<bool>{.error = {}, .value = true});
        for (;;) {
            frame = channel_.receive(no_end);
            if (!frame) ::_exit(0);
            const auto kind = (*frame)->kind;
            if (kind == Message::answer)
                desk_.take_answer((*frame)->body);
            else if (kind == Message::stop)
                stopped();
            else
                std::thread([this, kind, body = std::string((*frame)->body)] { work(kind, body); }).detach();
        }
    }

private:
    template <class T>
    void say(Message kind, const T& value) {
        (void)channel_.send(kind, encode(value));
    }
    template <class T>
    void reply(T value) {
        say(Message::result, Reply<T>{.error = {}, .value = std::move(value)});
    }
    void stopped() {
        if (role_ == "waits") reply(inventory::RunOutcome{});
    }

    void work(Message kind, const std::string& body) {
        switch (kind) {
            case Message::identity:
                return identity();
            case Message::regions:
                return reply(
                    std::vector<inventory::RegionState>{{.name = std::string(region), .enabled = true}});
            case Message::test:
                return reply(model::TestReport{.ok = true, .checks = {}, .tested_at = {}});
            case Message::run:
                return run(body);
            case Message::audit:
                return reply(std::vector<inventory::AuditAnswer>());
            default:
                ::_exit(1);
        }
    }

    void identity() {
        const bool foreign = role_ == "foreign account";
        reply(inventory::Identity{.account_id = foreign ? "111111111111" : std::string(account),
                                  .arn = "arn:aws:sts::210987654321:assumed-role/x/y",
                                  .partition = "aws"});
    }

    [[nodiscard]] static model::ScannedResource resource() {
        return {.native_id = "vpc-1",
                .region = std::string(region),
                .document = R"({"VpcId":"vpc-1"})",
                .hash = std::string(32, 'h')};
    }

    void run(const std::string& body) {
        const auto order = decode<RunOrder>(body);
        const auto slice = order->slices.front().key;
        auto each = resource();
        const std::array page{each};
        if (role_ == "dies") ::_exit(3);
        if (role_ == "crashes") {
            ::signal(SIGSEGV, SIG_DFL);
            ::raise(SIGSEGV);
        }
        if (role_ == "waits" || role_ == "deaf") return;
        if (role_ == "garbage") return garbage();
        if (role_ == "huge frame") {
            const std::array<std::uint32_t, 2> head{0x7fffffff, static_cast<std::uint32_t>(Message::put)};
            (void)::send(channel_descriptor, head.data(), sizeof head, MSG_NOSIGNAL);
            ::pause();
        }
        if (role_ == "unplanned slice") (void)sink_.start_slice({"AWS::S3::Bucket", "global"});
        if (role_ != "no start") (void)sink_.start_slice(slice);
        if (role_ == "asks") ask(slice);
        if (role_ == "asks for keys") ask_for_keys();
        if (role_ == "asks for a door") (void)door_.patrol_arn({});
        if (role_ == "many resources")
            (void)sink_.previous(
                slice, std::vector<std::string>(inventory::ItemSink::previous_at_once + 1, "vpc-1"));
        if (role_ == "many sessions")
            for (std::size_t i = 0; i <= assumptions_per_worker; ++i) (void)door_.assume({});
        if (role_ == "unknown message") say(static_cast<Message>(77), std::string());
        if (role_ == "bad document") each.document = "{";
        if (role_ == "bad hash") each.hash = "h";
        (void)sink_.put(slice, std::array{each});
        model::SliceCoverage coverage{
            .key = slice, .service = "ec2", .status = model::SliceStatus::complete, .count = 1};
        (void)sink_.finish_slice(coverage);
        if (role_ == "page after the end") (void)sink_.put(slice, page);
        if (role_ == "foreign coverage") coverage.key.scope = "elsewhere";
        say(Message::progress, inventory::Progress{.slices = 1,
                                                   .slices_done = 1,
                                                   .resources = role_ == "negative count" ? -1 : 1,
                                                   .ended = coverage});
        say(Message::call, inventory::ApiCall{.service = "ec2", .operation = "DescribeVpcs"});
        reply(inventory::RunOutcome{.coverage = {coverage}, .fatal = {}});
    }

    void ask(const model::SliceKey& slice) {
        const auto session = door_.assume({});
        const auto before = sink_.previous(slice, std::vector<std::string>{"vpc-1"});
        const auto live = sink_.live_count(slice);
        const bool right = session && session->access_key_id == "ASIASESSION" && before &&
                           before->at(0) == "{\"old\":1}" && live && *live == 41;
        if (!right) ::_exit(9);
    }

    // What has a minute left is asked for at every call, and got anew once.
    void ask_for_keys() {
        SystemClock clock;
        DistantKeys keys(desk_, clock);
        for (int i = 0; i < 3; ++i)
            if (const auto session = keys.credentials({});
                !session || (*session)->access_key_id != "ASIAKEYS1")
                ::_exit(9);
    }

    [[noreturn]] void garbage() {
        std::mt19937_64 random(std::random_device{}());
        std::array<char, 4096> bytes;
        for (;;) {
            for (auto& each : bytes) each = static_cast<char>(random());
            if (::send(channel_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) <= 0) ::_exit(0);
        }
    }

    Channel& channel_;
    DeskClient desk_;
    DistantDoor door_;
    DistantSink sink_;
    std::string role_;
};

// Before doctest's main: a program cannot be told otherwise that it is a worker.
struct Become {
    Become() {
        std::ifstream file("/proc/self/cmdline", std::ios::binary);
        const std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        if (!line.contains(hidden_command)) return;
        Channel channel((Descriptor(channel_descriptor)));
        StandIn(channel).serve();
    }
} const become;

}  // namespace
}  // namespace patrol::worker::stand_in
