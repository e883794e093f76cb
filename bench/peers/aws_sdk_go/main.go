// Reads instances, volumes and network interfaces of one region with the paginators of the AWS SDK for Go
// and keeps nothing: the peer that bench/scan_bench.py measures Patrol against.
//
//	main ENDPOINT PER_TYPE    prints "<resources> <seconds>"
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

const pageSize = 1000

// This version of the SDK closes a request's body as soon as the answer's head is there. Where the server is
// faster than the transport's look for the body's end, that breaks the connection in the middle of the
// answer. A body of its own for the transport keeps the two apart.
type ownBody struct{}

func (ownBody) Do(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	return http.DefaultClient.Do(request)
}

// next answers how many resources the next page holds.
type pages struct {
	more func() bool
	next func(context.Context) (int, error)
}

func instances(client *ec2.Client) pages {
	paginator := ec2.NewDescribeInstancesPaginator(client, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(pageSize)})
	return pages{paginator.HasMorePages, func(ctx context.Context) (int, error) {
		page, err := paginator.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		count := 0
		for _, reservation := range page.Reservations {
			count += len(reservation.Instances)
		}
		return count, nil
	}}
}

func volumes(client *ec2.Client) pages {
	paginator := ec2.NewDescribeVolumesPaginator(client, &ec2.DescribeVolumesInput{MaxResults: aws.Int32(pageSize)})
	return pages{paginator.HasMorePages, func(ctx context.Context) (int, error) {
		page, err := paginator.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		return len(page.Volumes), nil
	}}
}

func interfaces(client *ec2.Client) pages {
	paginator := ec2.NewDescribeNetworkInterfacesPaginator(client,
		&ec2.DescribeNetworkInterfacesInput{MaxResults: aws.Int32(pageSize)})
	return pages{paginator.HasMorePages, func(ctx context.Context) (int, error) {
		page, err := paginator.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		return len(page.NetworkInterfaces), nil
	}}
}

func read(ctx context.Context, list pages, most int) (int, error) {
	seen := 0
	for seen < most && list.more() {
		count, err := list.next(ctx)
		if err != nil {
			return 0, err
		}
		seen += count
	}
	return seen, nil
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: main ENDPOINT PER_TYPE TYPES")
	}
	most, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	client := ec2.New(ec2.Options{
		Region:           "us-east-1",
		Credentials:      credentials.NewStaticCredentialsProvider("AKIAACMEPRODUCTADMIN", "simulated-acme-admin-key", ""),
		HTTPClient:       ownBody{},
		EndpointResolver: ec2.EndpointResolverFromURL(os.Args[1]),
	})
	types, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	start, total := time.Now(), 0
	for _, list := range []pages{instances(client), volumes(client), interfaces(client)}[:types] {
		seen, err := read(context.Background(), list, most)
		if err != nil {
			log.Fatal(err)
		}
		total += seen
	}
	fmt.Printf("%d %.3f\n", total, time.Since(start).Seconds())
}
