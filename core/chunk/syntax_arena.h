#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace quarry::chunk {

/// Thrown through tree-sitter, which is compiled for it, when parsing asks for more than it was given.
struct SyntaxBudgetSpent {};

/// The memory of one parse: tree-sitter takes all of its memory from the arena that is innermost on the thread, and
/// nothing is given back before the arena ends. So a parse that is broken off leaks nothing, a tree need not be taken
/// apart, and what hostile text can make the parser allocate is bounded, and bounded alike on any machine.
///
/// Whatever tree-sitter made under an arena is invalid behind it. One thread.
class SyntaxArena {
public:
    /// An allocation beyond `limit` bytes in all throws SyntaxBudgetSpent.
    explicit SyntaxArena(std::size_t limit);
    ~SyntaxArena();
    SyntaxArena(const SyntaxArena&) = delete;
    SyntaxArena& operator=(const SyntaxArena&) = delete;

    /// Aligned for any type. Never null.
    [[nodiscard]] void* allocate(std::size_t size);
    /// As large as `size`, with the bytes of `old`, which may be null.
    [[nodiscard]] void* reallocate(void* old, std::size_t size);

    /// The innermost on this thread, or null.
    [[nodiscard]] static SyntaxArena* current() noexcept;

private:
    struct Unclean {
        void operator()(std::byte* block) const noexcept;
    };

    std::size_t limit_;
    std::size_t used_ = 0;
    std::byte* free_ = nullptr;
    std::size_t left_ = 0;
    std::vector<std::unique_ptr<std::byte, Unclean>> blocks_;
    SyntaxArena* outer_;
};

}  // namespace quarry::chunk
