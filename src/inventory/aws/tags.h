// Tags of resources whose lists do not carry them: read once per region from the tagging API and
// joined by ARN. Where that read fails the tags are unknown, which never fails a slice.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "inventory/aws/call_queue.h"
#include "inventory/aws/listing.h"
#include "model/cloud_account.h"

namespace patrol::inventory {

class TagIndex {
public:
    [[nodiscard]] bool known() const { return problem_.empty(); }
    [[nodiscard]] const std::string& problem() const { return problem_; }
    // nullptr: the resource has no tags (or they are unknown).
    [[nodiscard]] const model::Labels* find(std::string_view arn) const;

    void add(const json::value& page);
    void give_up(std::string problem);

private:
    struct Hasher {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, model::Labels, Hasher, std::equal_to<>> by_arn_;
    std::string problem_;
};
using TagIndexPtr = std::shared_ptr<const TagIndex>;

// Calls `done` once, on a thread of the queue.
void load_tags(CallQueue& queue, const std::string& region, std::function<void(TagIndexPtr)> done);

}  // namespace patrol::inventory
