// Editing of lines on a terminal, by libedit.
#include "cli/ui/line_editor.h"

#include <fmt/format.h>
#include <histedit.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <string_view>

#include "core/base/error.h"
#include "core/base/shared_library.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr int remembered_lines = 500;
constexpr int look_milliseconds = 100;            // how often a wait for a key looks at interruptions
constexpr std::size_t longest_paste = 100'000;    // characters
constexpr std::uint64_t most_places = 1'000'000;  // of a terminal: libedit keeps several bytes for each

Error no_editor(std::string why) {
    return Error(ErrorCode::failed, "cannot edit lines: libedit is not usable on this machine",
                 "install it (Debian: apt install libedit2)")
        .because(std::move(why));
}

/// Whether no screen is so large: a terminal may be told any size.
bool is_too_large(const winsize& size) { return std::uint64_t{size.ws_col} * size.ws_row > most_places; }

/// What libedit will look at, which asks for the size on its own.
void refuse_huge_terminal() {
    winsize size{};
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || !is_too_large(size)) return;
    throw Error(ErrorCode::failed, "cannot edit lines: the terminal reports too large a size",
                "stty cols 80 rows 24 tells it a size")
        .because(fmt::format("{} columns by {} rows", size.ws_col, size.ws_row));
}

}  // namespace

struct LineEditor::State {
    /// libedit's functions, from the shared library.
    struct EditLibrary {
        EditLibrary() : library("libedit.so.2", no_editor) {
            const auto load = [this](auto& function, const char* name) { library.load(function, name); };
            load(init, "el_init");
            load(end, "el_end");
            load(gets, "el_gets");
            load(set, "el_set");
            load(source, "el_source");
            load(resize, "el_resize");
            load(wgetc, "el_wgetc");
            load(winsertstr, "el_winsertstr");
            load(history_init_, "history_init");
            load(history_end_, "history_end");
            load(history_, "history");
        }

        SharedLibrary library;
        decltype(&el_init) init = nullptr;
        decltype(&el_end) end = nullptr;
        decltype(&el_gets) gets = nullptr;
        decltype(&el_set) set = nullptr;
        decltype(&el_source) source = nullptr;
        decltype(&el_resize) resize = nullptr;
        decltype(&el_wgetc) wgetc = nullptr;
        decltype(&el_winsertstr) winsertstr = nullptr;
        decltype(&history_init) history_init_ = nullptr;
        decltype(&history_end) history_end_ = nullptr;
        decltype(&history) history_ = nullptr;
    };

    EditLibrary library;
    std::function<bool()> interrupted;
    EditLine* editor = nullptr;
    History* past = nullptr;
    std::string prompt;
    bool was_interrupted = false;
    bool has_terminal = false;  ///< Keys come as they are typed: libedit has set the terminal so.
    winsize size{};

    /// libedit's functions are in a library that is loaded, so its callbacks cannot ask it whose they are; there is one
    /// terminal, and so one editor.
    static State*& current() {
        static State* one = nullptr;
        return one;
    }
    static char* prompt_of(EditLine* /*editor*/) { return current()->prompt.data(); }
    static int next_key(EditLine* /*editor*/, wchar_t* key) { return current()->read_key(key); }
    static unsigned char paste(EditLine* /*editor*/, int /*key*/) { return current()->take_paste(); }
    static unsigned char new_line(EditLine* editor, int /*key*/) {
        current()->library.winsertstr(editor, L"\n");
        return CC_REFRESH;
    }

    void follow_size() {
        winsize now{};
        if (ioctl(STDERR_FILENO, TIOCGWINSZ, &now) != 0 || is_too_large(now)) return;
        if (now.ws_col != size.ws_col || now.ws_row != size.ws_row) library.resize(editor);
        size = now;
    }

    /// A shell that stopped this program (Ctrl-Z) has put the terminal back to whole lines with an echo; after `fg` the
    /// editor takes it again, and shows its line anew.
    void take_terminal_back() {
        termios now{};
        if (tcgetattr(STDIN_FILENO, &now) != 0) return;
        if ((now.c_lflag & ICANON) == 0) {
            has_terminal = true;
            return;
        }
        if (!has_terminal) return;                         // a terminal on which nothing can be edited
        if (tcgetpgrp(STDIN_FILENO) != getpgrp()) return;  // it is the shell's still
        library.set(editor, EL_PREP_TERM, 0);
        library.set(editor, EL_PREP_TERM, 1);
        mark_pastes(true);
        library.set(editor, EL_REFRESH);
    }

    /// Has the terminal say where a paste begins and ends.
    static void mark_pastes(bool on) {
        std::fputs(on ? "\033[?2004h" : "\033[?2004l", stderr);
        std::fflush(stderr);
    }

    /// 1 for a character, 0 for the end, -1 for an interruption.
    int read_key(wchar_t* key) {
        std::mbstate_t decoding{};
        for (;;) {
            if (interrupted()) {
                was_interrupted = true;
                return -1;
            }
            take_terminal_back();
            follow_size();
            pollfd input = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
            if (::poll(&input, 1, look_milliseconds) <= 0) continue;
            char byte = 0;
            const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
            if (count == 0) return 0;
            if (count < 0) {
                if (errno == EINTR || errno == EAGAIN) continue;
                return -1;
            }
            const std::size_t taken = std::mbrtowc(key, &byte, 1, &decoding);
            if (taken == static_cast<std::size_t>(-2)) continue;  // more bytes belong to it
            if (taken == static_cast<std::size_t>(-1)) {
                decoding = {};
                continue;
            }
            return 1;
        }
    }

    /// What comes until the terminal says that the paste is over.
    unsigned char take_paste() {
        static constexpr std::wstring_view paste_end = L"\033[201~";
        std::wstring text;
        wchar_t key = 0;
        while (text.size() < longest_paste && library.wgetc(editor, &key) == 1) {
            text += key == L'\r' ? L'\n' : key;
            if (text.size() >= paste_end.size() &&
                std::wstring_view(text).substr(text.size() - paste_end.size()) == paste_end) {
                text.resize(text.size() - paste_end.size());
                break;
            }
        }
        std::wstring plain;
        for (const wchar_t character : text) {
            if (character == L'\n' || character >= L' ') plain += character;
        }
        while (!plain.empty() && plain.back() == L'\n') plain.pop_back();
        library.winsertstr(editor, plain.c_str());
        return CC_REFRESH;
    }
};

LineEditor::LineEditor(const std::vector<std::string>& earlier, std::function<bool()> interrupted)
    : state_(std::make_unique<State>()) {
    refuse_huge_terminal();
    std::setlocale(LC_CTYPE, "");
    if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
    State& state = *state_;
    State::current() = state_.get();
    state.interrupted = std::move(interrupted);
    State::EditLibrary& library = state.library;
    state.editor = library.init("quarry", stdin, stderr, stderr);
    state.past = library.history_init_();
    if (state.editor == nullptr || state.past == nullptr) throw no_editor("libedlibedlibedit cannot use this terminal");
    HistEvent event{};
    library.history_(state.past, &event, H_SETSIZE, remembered_lines);
    library.history_(state.past, &event, H_SETUNIQUE, 1);
    library.set(state.editor, EL_EDITOR, "emacs");
    library.set(state.editor, EL_PROMPT, &State::prompt_of);
    library.set(state.editor, EL_GETCFN, &State::next_key);
    library.set(state.editor, EL_HIST, library.history_, state.past);
    library.set(state.editor, EL_ADDFN, "quarry-paste", "Take pasted text", &State::paste);
    library.set(state.editor, EL_ADDFN, "quarry-newline", "Begin a further line", &State::new_line);
    library.source(state.editor, nullptr);
    library.set(state.editor, EL_BIND, "\\e[200~", "quarry-paste", nullptr);
    library.set(state.editor, EL_BIND, "\\e\\r", "quarry-newline", nullptr);
    library.set(state.editor, EL_BIND, "\\e\\n", "quarry-newline", nullptr);
    library.set(state.editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    for (const std::string& line : earlier) remember(line);
}

LineEditor::~LineEditor() {
    if (state_->editor != nullptr) state_->library.end(state_->editor);
    if (state_->past != nullptr) state_->library.history_end_(state_->past);
    State::current() = nullptr;
}

LineEditor::Read LineEditor::read(const std::string& prompt) {
    State& state = *state_;
    state.prompt = prompt;
    state.was_interrupted = false;
    state.has_terminal = false;
    State::mark_pastes(true);
    int count = 0;
    const char* const line = state.library.gets(state.editor, &count);
    State::mark_pastes(false);
    if (line == nullptr || count <= 0) {
        std::fputs("\n", stderr);
        return {state.was_interrupted ? Ending::interrupted : Ending::end, {}};
    }
    std::string text = replace_invalid_utf8(std::string_view(line, std::char_traits<char>::length(line)));
    if (text.ends_with('\n')) text.pop_back();
    return {Ending::line, std::move(text)};
}

void LineEditor::remember(const std::string& line) {
    if (line.empty()) return;
    HistEvent event{};
    state_->library.history_(state_->past, &event, H_ENTER, line.c_str());
}

}  // namespace quarry::cli
