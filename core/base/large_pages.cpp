// The heap in large pages, which Linux gives to memory that asks for them ("transparent huge pages").

#include "core/base/large_pages.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace quarry {

void use_large_pages() noexcept {
    constexpr std::uintptr_t large_page = std::uintptr_t{2} << 20;
    // Addresses, which cost nothing until they are used.
    constexpr int heap_bytes = 256 << 20;
    constexpr int largest_in_heap = 32 << 20;
    mallopt(M_TOP_PAD, heap_bytes);
    mallopt(M_TRIM_THRESHOLD, 2 * heap_bytes);
    mallopt(M_MMAP_THRESHOLD, largest_in_heap);
    const auto before = reinterpret_cast<std::uintptr_t>(sbrk(0));
    // More than is left at the end of the heap makes it grow; nothing else comes of it.
    void* volatile grown = std::malloc(largest_in_heap - 4096);
    std::free(grown);
    const auto after = reinterpret_cast<std::uintptr_t>(sbrk(0));
    const std::uintptr_t first = (before + large_page - 1) / large_page * large_page;
    const std::uintptr_t last = after / large_page * large_page;
    if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

void return_free_memory() noexcept { malloc_trim(0); }

}  // namespace quarry
