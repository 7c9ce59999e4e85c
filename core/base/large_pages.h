#pragma once

namespace quarry {

/// Lets the heap of this process grow in pages of 2 MB, where the system has them, instead of 4 kB: for a command that
/// fills some tens of megabytes at once and ends, to which the system hands each page at a microsecond or two. Call it
/// before other threads run. Where it cannot be done, nothing changes.
void use_large_pages() noexcept;

/// Gives the heap's free memory back to the system: between two parts of a command that take much, each in its own way.
void return_free_memory() noexcept;

}  // namespace quarry
