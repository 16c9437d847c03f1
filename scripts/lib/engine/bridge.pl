#!/usr/bin/perl
# Listens on the unix socket $ARGV[0] and runs the command in the other arguments once per
# connection, with the connection as its standard input and output. Ends on SIGTERM.
use strict;
use warnings;
use IO::Socket::UNIX;
use Socket qw(SOMAXCONN);

my ($path, @command) = @ARGV;
my $listener = IO::Socket::UNIX->new(Local => $path, Listen => SOMAXCONN) or die "$path: $!\n";
$SIG{CHLD} = 'IGNORE';
while (1) {
    my $connection = $listener->accept;
    if (!$connection) {
        next if $!{EINTR};
        die "$path: $!\n";
    }
    my $child = fork;
    die "fork: $!\n" if !defined $child;
    if ($child == 0) {
        $SIG{CHLD} = 'DEFAULT';
        open(STDIN,  '<&', $connection) or die "$!\n";
        open(STDOUT, '>&', $connection) or die "$!\n";
        exec(@command) or die "$command[0]: $!\n";
    }
    close $connection;
}
