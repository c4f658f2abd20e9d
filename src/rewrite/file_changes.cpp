#include "rewrite/file_changes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>

#include "base/files.hpp"
#include "base/signals_blocked.hpp"
#include "base/text.hpp"
#include "rev/error.hpp"
#include "script/listing.hpp"

namespace rev::rewrite {

namespace fs = std::filesystem;

namespace {

Error cannot_write(const fs::path& file, const std::error_code& reason) {
    if (reason == std::errc::file_exists)
        return Error(ExitCode::graph, error_codes::file_exists,
                     fmt::format("{} is there already", base::printable(script::shown_path(file))))
            .with_hint("move it away; nothing was changed");
    return Error(ExitCode::graph, error_codes::cannot_write,
                 fmt::format("cannot write {}: {}", base::printable(script::shown_path(file)), reason.message()))
        .with_hint("nothing was changed");
}

/// Where the bytes are: behind symbolic links.
fs::path real_file(const fs::path& file) {
    std::error_code failure;
    auto real = fs::canonical(file, failure);
    return failure ? file : real;
}

unsigned mode_of(const fs::path& file) {
    constexpr auto usual = 0644U;
    std::error_code failure;
    const auto status = fs::status(file, failure);
    return failure || !fs::exists(status) ? usual : static_cast<unsigned>(status.permissions() & fs::perms::mask);
}

void require_unchanged(const FileChange& change) {
    if (!change.before) return;
    // Somebody may have it open in an editor, or a checkout may have come in between.
    const auto now = base::read_text_file(change.file);
    if (now == *change.before) return;
    throw Error(ExitCode::graph, error_codes::revision_changed,
                fmt::format("{} was changed while it was looked at", base::printable(script::shown_path(change.file))))
        .with_hint("run the command again; nothing was changed");
}

/// The new text of one file, safe on disk under a hidden name.
class NewText {
public:
    NewText(const fs::path& file, const std::string& text) : pending_(real_file(file), mode_of(file)) {
        std::ofstream out(pending_.path(), std::ios::binary | std::ios::trunc);
        out << text;
        out.close();
        if (!out) throw std::system_error(std::make_error_code(std::errc::io_error), file.string());
        // The umask has taken bits that the file had.
        fs::permissions(pending_.path(), static_cast<fs::perms>(mode_of(file)));
    }
    void put_in_place(bool replaces) { replaces ? pending_.replace() : pending_.keep(); }

private:
    base::PendingFile pending_;
};

/// What undoes the changes that were made, the last one first.
class Undo {
public:
    void add(std::function<void()> step) { steps_.push_back(std::move(step)); }
    void run() noexcept {
        for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
            try {
                (*step)();
            } catch (const std::exception&) {  // the first failure is the one to be told
            }
        }
    }

private:
    std::vector<std::function<void()>> steps_;
};

void make_folder(const fs::path& folder, Undo& undo) {
    if (fs::exists(folder)) return;
    // One by one, so that exactly those that were made are removed again.
    make_folder(folder.parent_path(), undo);
    fs::create_directory(folder);
    undo.add([folder] { fs::remove(folder); });
}

/// Gives a file its new name, which nothing has.
void move_file(const fs::path& from, const fs::path& to, Undo& undo) {
    make_folder(to.parent_path(), undo);
    // Without replacing: the name was free when the change was planned.
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0)
        throw std::system_error(errno, std::generic_category(), to.string());
    undo.add([from, to] { fs::rename(to, from); });
}

/// One call of change_files.
class Change {
public:
    explicit Change(const std::vector<FileChange>& changes) : changes_(changes) {}

    // All new texts are on disk before the first file is touched: a full disk is noticed while nothing has changed.
    void prepare() {
        for (const auto& change : changes_) {
            at_ = change.file;
            require_unchanged(change);
            auto text = change.text ? std::make_unique<NewText>(change.file, *change.text) : nullptr;
            new_texts_.push_back(std::move(text));
        }
    }

    void make() {
        // A few renames: what is begun is finished or undone before a signal is heard.
        const base::SignalsBlocked no_signal;
        try {
            for (std::size_t index = 0; index < changes_.size(); ++index)
                make(changes_[index], new_texts_[index].get());
        } catch (...) {
            undo_.run();
            throw;
        }
    }

    [[nodiscard]] const fs::path& at() const noexcept { return at_; }  ///< the file at work

private:
    void make(const FileChange& change, NewText* text) {
        at_ = change.file;
        if (text != nullptr) put_in_place(change.file, *text);
        if (change.moved_to.empty()) return;
        at_ = change.moved_to;
        move_file(change.file, change.moved_to, undo_);
    }

    void put_in_place(const fs::path& file, NewText& text) {
        const bool replaces = fs::exists(file);
        if (replaces) {
            auto before = base::read_text_file(file);
            text.put_in_place(true);
            undo_.add([file, before = std::move(before)] { base::replace_text_file(file, before); });
        } else {
            text.put_in_place(false);
            undo_.add([file] { fs::remove(file); });
        }
    }

    const std::vector<FileChange>& changes_;
    std::vector<std::unique_ptr<NewText>> new_texts_;
    Undo undo_;
    fs::path at_;
};

}  // namespace

void change_files(const std::vector<FileChange>& changes) {
    Change change(changes);
    try {
        change.prepare();
        change.make();
    } catch (const std::system_error& error) {
        throw cannot_write(change.at(), error.code());
    }
}

}  // namespace rev::rewrite
