// What requests and answers say of people and of what they may see.
#pragma once

#include "api/body.h"
#include "api/call.h"

namespace patrol::api {

json::object render_person(const model::User& user);
// What may be changed of a person.
json::object person_settings(const model::User& user);
// A list of ids; null for all.
json::value customers_of(const model::CustomerScope& customers);

// {email, name?, role?, customers?}: an invited user, not stored yet.
Result<model::User> invited_person(Call& call, const json::object& object);
// `before` with a merge patch of name, role, disabled and customers.
Result<model::User> patched_person(Call& call, const model::User& before, const json::object& patch);

// The member `customers`: all where it is absent. Ids of customers that the caller does not see are wrong;
// those of `before` stay good when a customer is gone.
model::CustomerScope read_customers(Call& call, Body& body, const model::CustomerScope& before);

inline constexpr std::string_view role_names = "owner, admin, operator, viewer";

}  // namespace patrol::api
