#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace quarry::cli {

/// Text for the log of GitHub Actions, where a line that begins with "::" or has "##[" in it is a command to the runner
/// (docs.github.com, "Workflow commands for GitHub Actions"): what a document, a model or a table's name says must not
/// be one. A space is put into it: ": :error::…", "## [error]".
class WorkflowCommands final : public std::streambuf {
public:
    /// `to` must live longer.
    explicit WorkflowCommands(std::ostream& to) : to_(to) {}

protected:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int sync() override;

private:
    bool write(std::string_view text);

    std::ostream& to_;
    bool begins_ = true;      ///< Nothing but white space, or what may be, was in this line yet.
    bool colon_ = false;      ///< And then one colon.
    std::size_t hashes_ = 0;  ///< How many "#" were last.
};

}  // namespace quarry::cli
