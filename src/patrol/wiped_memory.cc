// What this program gives back to the allocator is wiped first. Credentials pass through ordinary strings on
// their way through HTTP, JSON and the database driver; without this, remnants of them would lie in freed
// memory for as long as the server is idle, for whoever gets to read it. Values that are kept for longer are
// crypto::Secret, which needs nothing from here. Blocks of more than wiped_most hold no credential (heads are
// of at most 16 KB) and are left as they are: they would cost a pass over each document of a scan. Sanitizers
// bring their own operators, which check more than these.
#include <malloc.h>
#include <strings.h>

#include <cstddef>
#include <cstdlib>
#include <new>

#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

namespace {

constexpr std::size_t wiped_most = 64 * 1024;

void give_back(void* block, std::size_t size) noexcept {
    if (size <= wiped_most) ::explicit_bzero(block, size);
    std::free(block);
}

void give_back(void* block) noexcept {
    if (block != nullptr) give_back(block, ::malloc_usable_size(block));
}

}  // namespace

void operator delete(void* block) noexcept { give_back(block); }
void operator delete[](void* block) noexcept { give_back(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { give_back(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { give_back(block); }
void operator delete(void* block, std::size_t size) noexcept {
    if (block != nullptr) give_back(block, size);
}
void operator delete[](void* block, std::size_t size) noexcept {
    if (block != nullptr) give_back(block, size);
}

#endif
