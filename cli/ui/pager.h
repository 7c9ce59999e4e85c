#pragma once

#include <sys/types.h>

#include <string>

namespace quarry::cli {

/// A pager, as git has it: from its making to its end, what is written to standard output, and to standard error where
/// that is a terminal, is shown by a program. The descriptors of the process are changed, so there is one at a time.
class Pager {
public:
    /// Starts `command` by sh; where that is not possible, everything is written as without it.
    explicit Pager(const std::string& command);
    /// Waits until the reader ends the program.
    ~Pager();
    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;

private:
    pid_t child_ = -1;
    int out_ = -1, err_ = -1;  ///< What the descriptors were.
};

}  // namespace quarry::cli
