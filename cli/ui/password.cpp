#include "cli/ui/password.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <istream>

#include "cli/ui/output.h"

namespace quarry::cli {
namespace {

/// While it lives, the terminal does not show what is typed.
class Unshown {
public:
    Unshown() : changed_(tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!changed_) return;
        termios without = before_;
        without.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &without);
    }
    ~Unshown() {
        if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Unshown(const Unshown&) = delete;
    Unshown& operator=(const Unshown&) = delete;

private:
    termios before_{};
    const bool changed_;
};

std::string read_line(Context& context) {
    std::string line;
    if (!std::getline(context.in, line)) {
        throw Error(ErrorCode::usage, "there is no password", "type one, or give it on a line of standard input");
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

std::string type_unshown(Context& context, const std::string& question) {
    context.out.ask(question);
    std::string line;
    {
        const Unshown unshown;
        line = read_line(context);
    }
    context.out.ask("\n");
    return line;
}

}  // namespace

std::string read_password(Context& context, const std::string& whose) {
    if (!context.stdin_is_terminal) return read_line(context);
    std::string password = type_unshown(context, fmt::format("password of {}: ", whose));
    if (type_unshown(context, "again: ") != password) {
        throw Error(ErrorCode::usage, "the two passwords differ", "nothing was changed; try again");
    }
    return password;
}

}  // namespace quarry::cli
