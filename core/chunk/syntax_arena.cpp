#include "core/chunk/syntax_arena.h"

#if QUARRY_HAVE_TREESITTER
#include <tree_sitter/api.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

namespace quarry::chunk {
namespace {

constexpr std::size_t arena_block = 256 * 1024;
// In front of each allocation, its size; keeps what follows aligned.
constexpr std::size_t size_header = alignof(std::max_align_t);

thread_local SyntaxArena* innermost_arena = nullptr;

void* arena_malloc(std::size_t size) {
    SyntaxArena* arena = SyntaxArena::current();
    return arena == nullptr ? std::malloc(size) : arena->allocate(size);
}

void* arena_calloc(std::size_t count, std::size_t size) {
    SyntaxArena* arena = SyntaxArena::current();
    return arena == nullptr ? std::calloc(count, size) : std::memset(arena->allocate(count * size), 0, count * size);
}

void* arena_realloc(void* old, std::size_t size) {
    SyntaxArena* arena = SyntaxArena::current();
    return arena == nullptr ? std::realloc(old, size) : arena->reallocate(old, size);
}

void arena_free(void* memory) {
    if (SyntaxArena::current() == nullptr) std::free(memory);
}

}  // namespace

void SyntaxArena::Unclean::operator()(std::byte* block) const noexcept { ::operator delete(block); }

SyntaxArena::SyntaxArena(std::size_t limit) : limit_(limit), outer_(innermost_arena) {
    // tree-sitter's allocator belongs to the process. These functions are the ordinary ones outside of an arena.
    static std::once_flag set;
    std::call_once(set, [] { ts_set_allocator(arena_malloc, arena_calloc, arena_realloc, arena_free); });
    innermost_arena = this;
}

SyntaxArena::~SyntaxArena() { innermost_arena = outer_; }

SyntaxArena* SyntaxArena::current() noexcept { return innermost_arena; }

void* SyntaxArena::allocate(std::size_t size) {
    if (size > limit_) throw SyntaxBudgetSpent{};
    const std::size_t needed = size_header + (size + size_header - 1) / size_header * size_header;
    used_ += needed;
    if (used_ > limit_) throw SyntaxBudgetSpent{};
    if (needed > left_) {
        const std::size_t block = std::max(needed, arena_block);
        blocks_.emplace_back(static_cast<std::byte*>(::operator new(block)));
        free_ = blocks_.back().get();
        left_ = block;
    }
    std::byte* start = free_;
    free_ += needed;
    left_ -= needed;
    std::memcpy(start, &size, sizeof size);
    return start + size_header;
}

void* SyntaxArena::reallocate(void* old, std::size_t size) {
    if (old == nullptr) return allocate(size);
    std::size_t old_size = 0;
    std::memcpy(&old_size, static_cast<std::byte*>(old) - size_header, sizeof old_size);
    if (size <= old_size) return old;
    void* grown = allocate(size);
    std::memcpy(grown, old, old_size);
    return grown;
}

}  // namespace quarry::chunk
#endif
