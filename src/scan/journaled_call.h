// A call as a provider tells it, as the journal of a scan keeps it.
#pragma once

#include "inventory/api_call.h"
#include "store/journal.h"

namespace patrol::scan {

store::JournalEntry journaled(const inventory::ApiCall& call);

}  // namespace patrol::scan
