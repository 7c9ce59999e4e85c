#pragma once

#include <ostream>
#include <streambuf>
#include <string_view>

namespace quarry {

/// What is written to it goes on to another stream, changed. Fails when that one does.
class TextFilter : public std::streambuf {
public:
    /// `to` must live longer.
    explicit TextFilter(std::ostream& to) : to_(to) {}

protected:
    /// Writes some text, changed, to `to`.
    virtual void pass(std::string_view text) = 0;
    [[nodiscard]] std::ostream& to() noexcept { return to_; }

    int_type overflow(int_type character) final;
    std::streamsize xsputn(const char* text, std::streamsize size) final;
    int sync() final;

private:
    std::ostream& to_;
};

}  // namespace quarry
