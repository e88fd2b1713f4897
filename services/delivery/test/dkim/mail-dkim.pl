# Verifies messages with Mail::DKIM. Reads {records: {name: text}, messages: [base64]} and answers with the result of each
# signature of each message, "unsupported" where this version does not know the algorithm.
use strict;
use warnings;
use JSON::PP;
use MIME::Base64;
use Mail::DKIM::Verifier;

local $/;
my $given = decode_json(<STDIN>);

package Record { sub type { 'TXT' } sub txtdata { $_[0]{text} } }

no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ($name) = @_;
    my $text = $given->{records}{ lc $name };
    $@ = defined $text ? 'NOERROR' : 'NXDOMAIN';
    return defined $text ? ( bless { text => $text }, 'Record' ) : ();
};

my @results;
for my $encoded ( @{ $given->{messages} } ) {
    my $verifier = Mail::DKIM::Verifier->new;
    $verifier->PRINT( decode_base64($encoded) );
    $verifier->CLOSE;
    push @results, [ map { result_of($_) } $verifier->signatures ];
}
print encode_json( \@results );

sub result_of {
    my ($signature) = @_;
    my $detail = $signature->result_detail;
    return 'unsupported' if $detail =~ /unsupported (?:algorithm|key type)/i;
    return $signature->result eq 'pass' ? 'pass' : $detail;
}
