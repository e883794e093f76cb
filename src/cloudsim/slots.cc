#include "cloudsim/slots.h"

namespace patrol::cloudsim {
namespace {

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

json::value filled(std::string text, std::span<const Slot> slots) {
    for (const auto& slot : slots) {
        if (text == slot.mark) return slot.value;
        const auto with = text_of(slot.value);
        for (auto at = text.find(slot.mark); at != std::string::npos;
             at = text.find(slot.mark, at + with.size()))
            text.replace(at, slot.mark.size(), with);
    }
    return json::value(text);
}

}  // namespace

void fill_slots(json::value& value, std::span<const Slot> slots) {
    if (auto* object = value.if_object()) {
        for (auto& entry : *object) fill_slots(entry.value(), slots);
    } else if (auto* array = value.if_array()) {
        for (auto& item : *array) fill_slots(item, slots);
    } else if (const auto* string = value.if_string();
               string != nullptr && string->find('{') != json::string::npos) {
        value = filled(std::string(*string), slots);
    }
}

}  // namespace patrol::cloudsim
