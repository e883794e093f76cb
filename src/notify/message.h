// What a delivery says, in the words of people: made once, then dressed for its channel. All texts are
// inert already. Links lead to the configured public URL only. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/notification_deliveries.h"

namespace patrol::notify {

struct Line {
    std::string label;
    std::string text;
};

struct Message {
    std::string id;       // of the delivery: the idempotency key
    std::string subject;  // "[high] 3 changes in northwind-prod"
    std::string title;
    std::vector<Line> lines;
    std::string link;  // into the console
    Timestamp created_at;
};

inline constexpr std::size_t list_entries_max = 30;  // of one fact; how many more is said

// `public_url` has no slash at its end.
Message compose(const store::ClaimedDelivery& delivery, std::string_view public_url);
// Where in the console the notice can be acted on.
std::string link_of(const model::Notice& notice, std::string_view public_url);

}  // namespace patrol::notify
