// Messages of build systems: what a run says is bounded, free of control characters and not of the future.
// The first byte chooses the tool, the first line is its event header.
#include <algorithm>

#include "api/hook_event.h"
#include "property.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr Timestamp now{1'790'000'000'000};
    std::string_view text = fuzz::text_of(data, size);
    constexpr model::DeploymentSource tools[] = {
        model::DeploymentSource::github, model::DeploymentSource::gitlab,
        model::DeploymentSource::terraform_cloud, model::DeploymentSource::generic};
    const auto tool = tools[fuzz::take_choice(text, 4)];
    const std::string event(fuzz::take_line(text));
    const net::ServerRequest request{.method = "POST",
                                     .headers = {{"X-GitHub-Event", event}, {"X-Gitlab-Event", event}}};
    const auto body = parse_json(text);
    if (!body || !body->is_object()) return 0;
    const auto read = api::read_hook_event(tool, request, body->get_object(), now);
    if (!read || !read->run) return 0;
    const auto is_clean = [](std::string_view line) {
        return line.size() <= 4096 && std::ranges::none_of(line, [](char c) { return c >= 0 && c < ' '; });
    };
    PROPERTY(is_clean(read->run->name) && is_clean(read->run->commit));
    return 0;
}
