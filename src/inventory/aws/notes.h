// What went wrong while a slice was read, and what its coverage says of it in the end. The listing
// decides whether the slice is complete; a child call that failed makes its own path unknown only.
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "inventory/aws/outcome.h"
#include "model/scan.h"

namespace patrol::inventory {

class SliceNotes {
public:
    explicit SliceNotes(const catalogue::ResourceType& type) : type_(type) {}

    void list_done();  // one list (of one parent, one $each value) to its end
    void list_failed(const aws::CallError& error, std::size_t pages_before);
    void cut(std::string reason);  // the listing, or an item of it, is not whole
    void detail_done();
    void detail_failed(const aws::CallError& error);
    void parent_not_whole(const model::SliceCoverage& parent);
    void suspect(std::string reason);  // complete, but worth a look

    void child_done(const std::string& key);
    void child_failed(const catalogue::ChildCall& child, const aws::CallError& error, std::size_t items);
    void child_cut(const std::string& key, std::string reason);
    void children_capped(std::size_t items);
    void tags_unknown(std::string reason);
    // Refused too often without a single answer: not worth asking again in this scan.
    [[nodiscard]] bool hopeless(const std::string& child_key) const;
    [[nodiscard]] bool detail_hopeless() const;

    [[nodiscard]] model::SliceCoverage coverage(const model::SliceKey& key, std::int64_t count,
                                                std::int64_t calls) const;

    static constexpr std::size_t refusals_without_answer = 10;

private:
    struct ChildNote {
        std::size_t done = 0, failed = 0;
        std::string reason, missing_action;
    };
    static bool refused(const ChildNote& note) {
        return note.done == 0 && note.failed >= refusals_without_answer;
    }
    [[nodiscard]] bool all_refused() const;
    void describe_listing(model::SliceCoverage& out) const;
    void describe_children(model::SliceCoverage& out) const;

    const catalogue::ResourceType& type_;
    mutable std::mutex mutex_;
    std::size_t lists_done_ = 0, lists_failed_ = 0, pages_ = 0;
    std::optional<Verdict> list_problem_;
    std::string cut_;
    std::size_t details_done_ = 0, details_failed_ = 0;
    std::optional<Verdict> detail_problem_;
    std::optional<model::SliceCoverage> parent_;
    std::string suspect_;
    std::map<std::string, ChildNote> children_;
    std::size_t capped_items_ = 0;
    std::string tags_problem_;
};

}  // namespace patrol::inventory
