// The pieces that the command table is put together from. Internal to it.
#pragma once

#include <vector>

#include "cli/command.h"

namespace patrol::cli {

std::vector<Option> page_options();  // --q --sort --limit --cursor
std::vector<Option> with(std::vector<Option> first, std::vector<Option> more);

void add_people(std::vector<Command>& table);         // users, tenants, sessions, tokens
void add_notifications(std::vector<Command>& table);  // and today
void add_collectors(std::vector<Command>& table);
void add_audit(std::vector<Command>& table);

}  // namespace patrol::cli
