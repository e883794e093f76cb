// A secret manager for this room's tests: answers by "METHOD URL", in turn, the last one again and again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cloud/aws/test_fakes.h"
#include "crypto/random.h"
#include "crypto/variables.h"
#include "secrets/confinement.h"
#include "secrets/manager_call.h"

namespace patrol::secrets::test {

using aws::test::answer;
using aws::test::FakeClock;
using aws::test::header_of;
using aws::test::no_answer;

class Peer final : public net::Transport {
public:
    void on(const std::string& call, std::vector<aws::test::Answer> answers) {
        script_[call] = std::move(answers);
    }
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        requests.push_back(request);
        const auto found = script_.find(request.method + " " + request.url);
        if (found == script_.end()) return net::HttpResponse{.status = 418};
        auto& answers = found->second;
        const auto next = answers.front();
        if (answers.size() > 1) answers.erase(answers.begin());
        return next(request);
    }
    [[nodiscard]] std::size_t count(const std::string& call) const {
        std::size_t out = 0;
        for (const auto& each : requests)
            if (each.method + " " + each.url == call) ++out;
        return out;
    }
    [[nodiscard]] const net::HttpRequest& last() const { return requests.back(); }

    std::vector<net::HttpRequest> requests;

private:
    std::map<std::string, std::vector<aws::test::Answer>> script_;
};

// The outside of one manager under test. `canary` is the value that no error may repeat.
struct Scene {
    Peer peer;
    FakeClock clock;
    crypto::Variables variables;
    TenantId platform = crypto::new_id<TenantId>();
    TenantId customer = crypto::new_id<TenantId>();
    Confinement confinement{std::string(default_prefix),
                            [this](const TenantId& tenant) -> Result<bool> { return tenant == customer; }};
    [[nodiscard]] Outside outside() { return {peer, clock}; }
};

inline constexpr std::string_view canary = "CANARY-value-4711";

template <class T>
bool says(const Result<T>& outcome, std::string_view words) {
    if (outcome) return false;
    const std::string all = describe(outcome.error()) + outcome.error().hint;
    return all.find(words) != std::string::npos && all.find(canary) == std::string::npos;
}
template <class T>
std::string code_of(const Result<T>& outcome) {
    return outcome ? "" : outcome.error().code;
}

}  // namespace patrol::secrets::test
